//! WebSocket APIs: their routes, and when they raise an alarm.

use stackwright::prelude::*;

use super::{check, yaml};

#[test]
fn functions_that_could_not_be_run_raise_an_alarm() {
    check(
        |stack| {
            stack.add("Api", WebSocketApi::new("prod"));
        },
        "
  ApiFailuresAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: The API could not run the functions of its routes
      Namespace: AWS/ApiGateway
      MetricName: ExecutionError
      Dimensions:
      - Name: ApiId
        Value: !Ref Api
      - Name: Stage
        Value: !Ref ApiStage
",
    );
}

#[test]
fn what_functions_refuse_raises_no_alarm() {
    let declared = yaml(|stack| stack.add("Api", WebSocketApi::new("prod")));
    assert_eq!(declared.matches("AWS::CloudWatch::Alarm").count(), 1, "{declared}");
    let silent = yaml(|stack| stack.add("Api", WebSocketApi::new("prod").alarms(Alarms::None)));
    assert!(!silent.contains("AWS::CloudWatch::Alarm"), "{silent}");
}
