//! The options that both kinds of API have for their stage.
//!
//! How a stage is told of them differs, and is theirs.

/// Options of an API with the fields `throttle`, `access_log_days`, `alarms` and `stage_adjustments`.
macro_rules! stage_options {
    ($api:ty, $stage:ty) => {
        impl $api {
            /// Taking at most `rate` requests or messages a second, and `burst` at once.
            #[must_use]
            pub const fn throttled(mut self, rate: u32, burst: u32) -> Self {
                self.throttle = (rate, burst);
                self
            }

            /// Without access logs, for accounts where API Gateway has no role to write logs and shall have none.
            #[must_use]
            pub const fn without_access_logs(mut self) -> Self {
                self.access_log_days = None;
                self
            }

            /// With alarms on failed requests that tell somebody, or without.
            #[must_use]
            pub fn alarms(mut self, alarms: Alarms) -> Self {
                self.alarms = alarms;
                self
            }

            /// Changes the L1 of its stage.
            #[must_use]
            pub fn with_stage(mut self, change: impl FnOnce($stage) -> $stage + 'static) -> Self {
                self.stage_adjustments.push(change);
                self
            }
        }
    };
}

pub(crate) use stage_options;
