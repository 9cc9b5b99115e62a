"""`cargo xtask bench --local`: this project's runner and ministack, one after the other, on the same template and handler.

Arguments: the program, the folder with `echo.template.yaml` and `echo/bootstrap`, the number of rounds.
What is measured is what a client sees; the client is the same for both. Prints Markdown.
"""

import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
TOOLS = pathlib.Path(sys.executable).parent
STACK = "Bench"


def main(program, folder, rounds):
    folder = pathlib.Path(folder)
    rows = [("stackwright", *ours(program, folder, rounds)), ("ministack", *ministack(folder, rounds))]
    print("| runner | ready, ms | deployed, ms | echo through a handler, ms | table → stream → handler → client, ms |")
    print("|---|---|---|---|---|")
    for name, ready, deployed, times in rows:
        print(f"| {name} | {ready:.0f} | {deployed:.0f} | {shown(times['echo'])} | {shown(times['stream'])} |")
    ratio = lambda kind: median(rows[1][3][kind]) / median(rows[0][3][kind])
    print(f"\nMedian and, in brackets, 95th percentile of {rounds} rounds. "
          f"ministack takes {ratio('echo'):.1f} and {ratio('stream'):.1f} times as long.")


def ours(program, folder, rounds):
    """The command as a user runs it; the template is deployed when it is ready."""
    ready_file = folder / "ready.json"
    ready_file.unlink(missing_ok=True)
    began = time.perf_counter()
    template = f"{STACK}={folder / 'echo.template.yaml'}"
    command = [program, "local", "--template", template, "--port", "0", "--ready-file", str(ready_file)]
    with running(command, folder / "local.log", os.environ):
        wait_until(ready_file.exists)
        ready = (time.perf_counter() - began) * 1e3
        known = json.loads(ready_file.read_text())
        endpoint = known["endpoint"]
        api = known["stacks"][STACK]["outputs"]["ApiId"]
        keys = known["credentials"]
        environment = aws_environment(endpoint, keys["accessKeyId"], keys["secretAccessKey"])
        return ready, ready, measured(endpoint, api, environment, rounds)


def ministack(folder, rounds):
    """Started as its documentation says, and deployed to by the AWS CLI's one command for it."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    environment = aws_environment(endpoint, "test", "test")
    server = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1"}
    began = time.perf_counter()
    with running([str(TOOLS / "ministack")], folder / "ministack.log", server):
        wait_until(lambda: answers(endpoint))
        ready = (time.perf_counter() - began) * 1e3
        began = time.perf_counter()
        api = deployed(folder, environment)
        took = (time.perf_counter() - began) * 1e3
        return ready, took, measured(endpoint, api, environment, rounds)


def deployed(folder, environment):
    """ministack refuses route responses in templates: the one there is is made by its API instead."""
    template = (folder / "echo.template.yaml").read_text()
    begin = template.index("  RouteResponse:\n")
    end = template.index("  Stage:\n")
    (folder / "adapted.yaml").write_text(template[:begin] + template[end:])
    aws(environment, "s3", "mb", "s3://bench-assets")
    packaged = str(folder / "packaged.yaml")
    aws(environment, "cloudformation", "package", "--template-file", str(folder / "adapted.yaml"),
        "--s3-bucket", "bench-assets", "--output-template-file", packaged)
    aws(environment, "cloudformation", "create-stack", "--stack-name", STACK,
        "--template-body", f"file://{packaged}", "--capabilities", "CAPABILITY_IAM")
    status = lambda: aws(environment, "cloudformation", "describe-stacks", "--stack-name", STACK)["Stacks"][0]
    wait_until(lambda: status()["StackStatus"] == "CREATE_COMPLETE")
    api = next(output["OutputValue"] for output in status()["Outputs"] if output["OutputKey"] == "ApiId")
    routes = aws(environment, "apigatewayv2", "get-routes", "--api-id", api)["Items"]
    aws(environment, "apigatewayv2", "create-route-response", "--api-id", api,
        "--route-id", routes[0]["RouteId"], "--route-response-key", "$default")
    return api


def measured(endpoint, api, environment, rounds):
    client = [sys.executable, str(HERE / "client.py"), endpoint, api, str(rounds)]
    done = subprocess.run(client, env=environment, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise SystemExit(f"{endpoint}: {done.stderr}")
    # The first rounds start the function.
    return {kind: times[5:] for kind, times in json.loads(done.stdout).items()}


class running:
    """A process, for as long as the block."""

    def __init__(self, command, log, environment):
        self.command, self.log, self.environment = command, log, environment

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.environment)
        return self.process

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def aws_environment(endpoint, key, secret):
    return {**os.environ, "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def aws(environment, *arguments):
    command = [str(TOOLS / "aws"), "--output", "json", "--endpoint-url", environment["AWS_ENDPOINT_URL"], *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"aws {' '.join(arguments)}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout


def answers(endpoint):
    try:
        urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=1)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def wait_until(is_so, seconds=120):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit("it takes too long, see the logs in the folder")
        time.sleep(0.005)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def median(times):
    return statistics.median(times)


def shown(times):
    return f"{median(times):.1f} ({statistics.quantiles(times, n=20)[18]:.1f})"


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
