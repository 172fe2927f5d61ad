using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>Hostile requests to every route: always a refusal with a code that no client repeats, and nothing is written or read outside.</summary>
public sealed class MlflowFuzzTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private static readonly string[] Posts =
    [
        "experiments/create", "experiments/search", "experiments/update", "experiments/delete", "experiments/restore", "experiments/set-experiment-tag",
        "experiments/delete-experiment-tag", "experiments/search-datasets", "runs/create", "runs/update", "runs/delete", "runs/restore", "runs/search", "runs/log-inputs", "runs/outputs",
        "runs/log-model", "runs/log-metric", "runs/log-parameter", "runs/log-batch", "runs/set-tag", "runs/delete-tag", "logged-models", "logged-models/search",
        "upload-artifact", "/graphql",
    ];

    private static readonly string[] Malformed =
    [
        "", "{", "[]", "null", "\"text\"", "12", "{\"run_id\":}", "{\"a\":1,}", "\ud800", "{\"run_id\":\"\\ud800\",\"key\":\"\\ud800\",\"name\":\"\\ud800\",\"filter\":\"\\ud800\"}",
        new string('[', 5000), $"{{\"a\":{new string('[', 500)}{new string(']', 500)}}}",
    ];

    private static readonly object?[] Values =
    [
        null, "", " ", 12, -1, 1e300, long.MaxValue, true, new[] { 1 }, new { a = 1 }, "\0", "a\0b", "../../etc/passwd", "..\\..\\x", "%2e%2e/x", "/etc/passwd",
        new string('x', 300), new string('y', 200_000), "'; DROP TABLE runs; --", "ünïcode \u202e", "NaN", "1e999", new object?[] { null, "x", 3 },
    ];

    private static readonly string[] Fields =
    [
        "experiment_id", "name", "new_name", "key", "value", "run_id", "run_uuid", "timestamp", "step", "status", "end_time", "start_time", "tags", "params", "metrics",
        "filter", "order_by", "max_results", "page_token", "experiment_ids", "run_view_type", "view_type", "datasets", "models", "model_json", "artifact_location",
    ];

    [Fact]
    public async Task Post_MalformedBodies_AreRefusedByEveryRoute()
    {
        foreach (var path in Posts)
        {
            foreach (var body in Malformed)
            {
                await RefusedOrHarmlessAsync(HttpMethod.Post, At(path), body, mayPass: path == "runs/create" || body is "" || body.StartsWith("{\"a\"", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Post_WrongValues_NeverFailTheServer()
    {
        var run = await node.NewRunAsync();
        var before = await SnapshotAsync(run);
        foreach (var path in Posts.Where(path => path is not "experiments/create" and not "runs/create" and not "logged-models"))
        {
            foreach (var field in Fields)
            {
                foreach (var value in Values)
                {
                    var body = new Dictionary<string, object?> { [field] = value, ["unknown"] = new { x = 1 } };
                    await RefusedOrHarmlessAsync(HttpMethod.Post, At(path), JsonSerializer.Serialize(body), mayPass: true);
                }
            }
        }

        Assert.Equal(before, await SnapshotAsync(run));
    }

    [Fact]
    public async Task Log_WrongValuesOfARun_AreRefusedAndChangeNothing()
    {
        var run = await node.NewRunAsync();
        var before = await SnapshotAsync(run);
        object[] bodies =
        [
            new { run_id = run, key = new string('k', 251), value = 1, timestamp = 1 },
            new { run_id = run, key = "", value = 1, timestamp = 1 },
            new { run_id = run, key = "a\0b", value = 1, timestamp = 1 },
            new { run_id = run, key = "m", value = "1e999", timestamp = 1 },
            new { run_id = run, key = "m", value = new[] { 1 }, timestamp = 1 },
            new { run_id = run, key = "m", value = 1, timestamp = long.MaxValue },
            new { run_id = run, key = "m", value = 1, timestamp = long.MinValue },
            new { run_id = run, key = "m", value = 1, timestamp = 1, step = 1.5 },
            new { run_id = run, key = "m", value = 1, timestamp = 1, step = "many" },
            new { run_id = run, key = "m", value = 1, timestamp = 1, model_id = "../x" },
        ];
        foreach (var body in bodies)
        {
            var refusal = await node.RefusedAsync(HttpMethod.Post, $"{MlflowNode.Api}/runs/log-metric", body);
            Assert.InRange((int)refusal.Status, 400, 499);
        }

        var batch = new { run_id = run, metrics = new object[] { new { key = "good", value = 1, timestamp = 1 }, new { key = "bad", value = "x", timestamp = 1 } } };
        Assert.Contains("metrics[1].value", (await node.RefusedAsync(HttpMethod.Post, $"{MlflowNode.Api}/runs/log-batch", batch)).Message, StringComparison.Ordinal);
        var many = new { run_id = run, metrics = Enumerable.Range(0, 1001).Select(i => new { key = $"k{i}", value = 1, timestamp = 1 }) };
        await node.RefusedAsync(HttpMethod.Post, $"{MlflowNode.Api}/runs/log-batch", many);
        Assert.Equal(before, await SnapshotAsync(run));
    }

    [Fact]
    public async Task Post_OtherContentTypes_AreRefused()
    {
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/vnd.x+json" })
        {
            using var content = new ByteArrayContent("{\"name\":\"smuggled\"}"u8.ToArray());
            content.Headers.TryAddWithoutValidation("content-type", type);
            using var reply = await node.Http.PostAsync(new Uri(node.Node.HttpAddress, $"{MlflowNode.Api}/experiments/create"), content, TestContext.Current.CancellationToken);
            Assert.Equal(400, (int)reply.StatusCode);
        }

        await node.RefusedAsync(HttpMethod.Get, $"{MlflowNode.Api}/experiments/get-by-name?experiment_name=smuggled");
    }

    [Fact]
    public async Task Get_WrongQueries_AreRefused()
    {
        foreach (var path in new[] { "runs/get", "experiments/get", "experiments/get-by-name", "metrics/get-history", "metrics/get-history-bulk-interval", "artifacts/list", "logged-models/x", "logged-models/x/artifacts/files", "registered-models/nothing", "/get-artifact", "/model-versions/get-artifact" })
        {
            foreach (var query in new[] { "", "?run_id=../x", "?run_id=%00&metric_key=%00", "?experiment_id=-1", "?experiment_id=99999999999999999999", "?experiment_name=%00", "?run_id=a&run_id=b&metric_key=m", "?max_results=x", "?path=../..", "?name=%00&version=1&path=x", "?artifact_file_path=../x" })
            {
                await RefusedOrHarmlessAsync(HttpMethod.Get, At(path) + query, null, mayPass: false);
            }
        }
    }

    [Fact]
    public async Task Artifacts_PathsThatLeaveTheStore_AreRefusedInEveryMethod()
    {
        var run = await node.NewRunAsync("0");
        string[] paths =
        [
            $"0/{run}/artifacts/../../../x", $"0/{run}/artifacts/%2e%2e/%2e%2e/x", $"0/{run}/artifacts/..%2f..%2fx", $"0/{run}/artifacts/..%5c..%5cx", $"0/{run}/artifacts/a%00b",
            $"0/{run}/artifacts//etc/passwd", $"/etc/passwd", "%2fetc%2fpasswd", $"0/{run}/artifacts/%2e/x", $"0/{run}/artifacts/", $"0/{run}", "x", $"0/{new string('0', 32)}/artifacts/x",
            "../../../../../../etc/passwd", $"0/{run}/artifacts/{new string('p', 600)}", $"0/{run}/artifacts/a%0d%0ab",
        ];
        foreach (var path in paths)
        {
            foreach (var method in new[] { "PUT", "GET", "DELETE" })
            {
                // Raw, because HTTP clients tidy paths up.
                var (status, body) = await RawAsync(method, $"{MlflowNode.Artifacts}/{path}");
                Assert.True(status is >= 400 and < 500, $"{method} {path}: {status} {body}");
                Assert.DoesNotContain("root:", body, StringComparison.Ordinal);
            }
        }

        Assert.False((await node.GetAsync($"{MlflowNode.Artifacts}?path=0/{run}/artifacts")).TryGetProperty("files", out _));
    }

    private static string At(string path) => path[0] == '/' ? path : $"{MlflowNode.Api}/{path}";

    private async Task RefusedOrHarmlessAsync(HttpMethod method, string path, string? body, bool mayPass)
    {
        var (status, answer) = await node.SendAsync(method, path, body);
        var what = $"{method} {path} {(body?.Length > 200 ? body[..200] : body)}: {(int)status} {answer}";
        Assert.True((int)status < 500, what);
        if ((int)status >= 400)
        {
            Assert.False(string.IsNullOrEmpty(answer.GetProperty("error_code").GetString()), what);
        }
        else
        {
            Assert.True(mayPass, what);
        }
    }

    private async Task<string> SnapshotAsync(string run) => (await node.GetAsync($"{MlflowNode.Api}/runs/get?run_id={run}")).GetRawText();

    private async Task<(int Status, string Body)> RawAsync(string method, string target)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(node.Node.HttpAddress.Host, node.Node.HttpPort, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer);
    }
}
