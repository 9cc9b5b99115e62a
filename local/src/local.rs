//! [`Local`]: a running machine's worth of AWS, from start to end.
//! Reads no files and prints nothing.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cloud::Cloud;
use crate::deployment;
use crate::happening::Happening;
use crate::problem::{Problem, StartError};
use crate::ready::Ready;
use crate::server;
use crate::settings::Settings;
use crate::source::StackSource;

/// What runs. Clones are the same.
#[derive(Clone)]
pub struct Local(Arc<Running>);

struct Running {
    cloud: Arc<Cloud>,
    stop: watch::Sender<bool>,
    tasks: std::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl Local {
    /// Listens, and starts what the stacks describe. The listener is called where things happen: it must not block.
    ///
    /// Resources that do not run here are no error: they are told by [`problems`](Self::problems).
    ///
    /// # Errors
    /// If the port or the folder for data cannot be had, or a template cannot be evaluated.
    pub async fn start(
        settings: Settings,
        stacks: Vec<StackSource>,
        listener: impl Fn(&Happening) + Send + Sync + 'static,
    ) -> Result<Local, StartError> {
        let port = settings.port;
        let refused = |source| StartError::Port { port, source };
        let socket = server::listen(port).map_err(refused)?;
        let authority = socket.local_addr().map_err(refused)?.to_string();
        let cloud = Cloud::new(settings, &authority, Arc::new(listener))?;
        let (stop, stopping) = watch::channel(false);
        let serving = tokio::spawn(server::serve(Arc::clone(&cloud), socket, stopping.clone()));
        let expiring = tokio::spawn(deployment::expire(Arc::clone(&cloud), stopping));
        let local = Local(Arc::new(Running { cloud, stop, tasks: vec![serving, expiring].into() }));
        match deployment::deploy_all(&local.0.cloud, stacks).await {
            Ok(()) => {
                local.0.cloud.came_up();
                Ok(local)
            }
            Err(problems) => {
                local.shutdown().await;
                Err(StartError::Stacks(problems))
            }
        }
    }

    /// `http://127.0.0.1:4566`: what `AWS_ENDPOINT_URL` is to be.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.0.cloud.addresses.endpoint()
    }

    /// What others need to know to use it.
    #[must_use]
    pub fn ready(&self) -> Ready {
        Ready::of(&self.0.cloud)
    }

    /// Resources of the stacks that do not run here, and why.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.0.cloud.problems()
    }

    /// Changes a stack to what it is now, or adds it. Connections, items and messages stay.
    ///
    /// # Errors
    /// If the template cannot be evaluated; then the stack stays as it was.
    pub async fn apply(&self, stack: StackSource) -> Result<(), Vec<Problem>> {
        deployment::deploy(&self.0.cloud, stack).await
    }

    /// Stops listening, and everything that was started, processes of functions included.
    pub async fn shutdown(&self) {
        self.0.stop.send_replace(true);
        self.0.cloud.stop().await;
        let tasks =
            std::mem::take(&mut *self.0.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        for task in tasks {
            // One that panicked has stopped as well.
            drop(task.await);
        }
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}
