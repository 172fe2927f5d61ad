using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>Hostile requests to every route: always a refusal with a code that no client repeats, and nothing is written or read outside.</summary>
public sealed class MlflowFuzzTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private static readonly string[] Malformed =
    [
        "{", "[]", "null", "\"text\"", "12", "{\"run_id\":}", "{\"a\":1,}", "\ud800", "{\"run_id\":\"\\ud800\",\"key\":\"\\ud800\",\"name\":\"\\ud800\",\"filter\":\"\\ud800\",\"tags\":\"x\",\"params\":\"x\"}",
        new string('[', 5000), $"{{\"a\":{new string('[', 500)}{new string(']', 500)}}}", "{} {}", "\u00ff",
    ];

    private static readonly string[] Codes =
        ["INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS", "INVALID_STATE", "ENDPOINT_NOT_FOUND"];

    [Fact]
    public async Task AnyRoute_MalformedBodies_AreRefused()
    {
        var store = await FuzzStore.CreateAsync(node);
        var before = await store.PictureAsync();
        var wrong = new List<string>();
        foreach (var route in FuzzRoute.All(store).Append(new FuzzRoute(HttpMethod.Post, "/graphql")).DistinctBy(route => (route.Method, route.Path)))
        {
            foreach (var body in Malformed)
            {
                await CheckAsync(route.Method, route.At, body, wrong);
            }
        }

        AssertNone(wrong);
        Assert.Equal(before, await store.PictureAsync());
    }

    [Fact]
    public async Task AnyRoute_EmptyBodyOrUnknownFieldsOnly_IsNoFailureOfTheServer()
    {
        var store = await FuzzStore.CreateAsync(node);
        foreach (var route in FuzzRoute.All(store).Where(route => route.Fields.Any(field => field.Bad.Contains("null"))))
        {
            foreach (var body in new[] { "", "{}", "{\"unknown\":{\"x\":1}}", $"{{\"a\":{new string('[', 20)}{new string(']', 20)}}}" })
            {
                await AssertRefusedAsync(route.Method, route.At, body);
            }
        }
    }

    [Fact]
    public async Task AnyRoute_OneWrongField_IsRefusedWithACodeAndChangesNothing()
    {
        var store = await FuzzStore.CreateAsync(node);
        var before = await store.PictureAsync();
        var wrong = new List<string>();
        foreach (var route in FuzzRoute.All(store))
        {
            foreach (var field in route.Fields)
            {
                foreach (var bad in field.Bad)
                {
                    await CheckAsync(route.Method, route.At, FuzzRoute.Body(route.Fields, field, bad), wrong);
                }
            }
        }

        AssertNone(wrong);
        Assert.Equal(before, await store.PictureAsync());
    }

    [Fact]
    public async Task AnyRoute_OnlyGoodFields_Passes()
    {
        // Were a good value refused, its route would refuse all else for that reason alone.
        foreach (var index in Enumerable.Range(0, FuzzRoute.All(await FuzzStore.CreateAsync(node)).Length))
        {
            var route = FuzzRoute.All(await FuzzStore.CreateAsync(node))[index];
            var fields = route.Fields.Select(field => field.Good is { } good && good.Contains("fuzz-", StringComparison.Ordinal) ? field with { Good = $"\"{node.NextName()}\"" } : field).ToArray();
            var (status, answer) = await node.SendAsync(route.Method, route.At, FuzzRoute.Body(fields, null, null));
            Assert.True((int)status == 200, $"{route.Method} {route.Path}: {status} {answer}");
        }
    }

    [Fact]
    public async Task Get_OneWrongParameter_IsRefusedWithACodeAndChangesNothing()
    {
        var store = await FuzzStore.CreateAsync(node);
        var before = await store.PictureAsync();
        var wrong = new List<string>();
        foreach (var route in FuzzRoute.Queries(store))
        {
            foreach (var field in route.Fields)
            {
                var isText = field.Bad.Contains("\"a\\u0000b\"");
                foreach (var bad in field.BadInQuery(isText).Where(bad => bad.Length < 5000))
                {
                    var query = route.Fields.Select(other => (other.Called, Value: other == field ? bad : other.Good?.Trim('"'))).Where(other => other.Value is not null);
                    await CheckAsync(HttpMethod.Get, $"{route.At}?{string.Join("&", query.Select(other => $"{other.Called}={Uri.EscapeDataString(other.Value!)}"))}", null, wrong);
                }
            }
        }

        foreach (var path in new[] { "runs/get?run_id=%ed%a0%80", "runs/get?run_id=a&run_id=b", "logged-models/..%2fx", "logged-models/x" })
        {
            await CheckAsync(HttpMethod.Get, $"{MlflowNode.Api}/{path}", null, wrong);
        }

        AssertNone(wrong);
        Assert.Equal(before, await store.PictureAsync());
    }

    [Theory]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("PATCH", "/tags")]
    [InlineData("DELETE", "/tags/k")]
    [InlineData("POST", "/params")]
    public async Task LoggedModel_UnknownOrHostileId_IsRefused(string method, string rest)
    {
        var wrong = new List<string>();
        foreach (var id in new[] { "x", "..%2f..%2fx", "m-" + new string('0', 32), new string('x', 300), "%27%3b%20DROP", "%e2%80%ae" })
        {
            await CheckAsync(new HttpMethod(method), $"{MlflowNode.Api}/logged-models/{id}{rest}", """{"status":"LOGGED_MODEL_READY","tags":[{"key":"k","value":"v"}],"params":[{"key":"k","value":"v"}]}""", wrong);
        }

        AssertNone(wrong);
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
            await AssertRefusedAsync(HttpMethod.Post, $"{MlflowNode.Api}/runs/log-metric", JsonSerializer.Serialize(body));
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
                Assert.True(status is >= 400 and < 500 and not 429, $"{method} {path}: {status} {body}");

                // What is no path at all, or none of this door, never comes to it.
                Assert.True(body.Length == 0 ? path.Contains("%00", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal) : IsRefusal(JsonElement.Parse(body)), $"{method} {path}: {status} {body}");
                Assert.DoesNotContain("root:", body, StringComparison.Ordinal);
            }
        }

        Assert.False((await node.GetAsync($"{MlflowNode.Artifacts}?path=0/{run}/artifacts")).TryGetProperty("files", out _));
    }

    private async Task AssertRefusedAsync(HttpMethod method, string path, string? body)
    {
        var wrong = new List<string>();
        await CheckAsync(method, path, body, wrong);
        AssertNone(wrong);
    }

    // Clients repeat a 429 and a 5xx for minutes, and know what to tell of a code only.
    private async Task CheckAsync(HttpMethod method, string path, string? body, List<string> wrong)
    {
        var (status, answer) = await node.SendAsync(method, path, body);
        if ((int)status is < 400 or >= 500 or 429 || !IsRefusal(answer))
        {
            wrong.Add($"{method} {path} {(body?.Length > 300 ? body[..300] : body)}: {(int)status} {answer}");
        }
    }

    private static void AssertNone(List<string> wrong) => Assert.True(wrong.Count == 0, $"{wrong.Count} were not refused as they should be:\n{string.Join('\n', wrong.Take(40))}");

    private static bool IsRefusal(JsonElement answer) => answer.ValueKind == JsonValueKind.Object
        && answer.EnumerateObject().Select(property => property.Name).SequenceEqual(["error_code", "message"])
        && Codes.Contains(answer.GetProperty("error_code").GetString())
        && !string.IsNullOrEmpty(answer.GetProperty("message").GetString());

    private async Task<string> SnapshotAsync(string run) => (await node.GetAsync($"{MlflowNode.Api}/runs/get?run_id={run}")).GetRawText();

    private async Task<(int Status, string Body)> RawAsync(string method, string target)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(node.Node.HttpAddress.Host, node.Node.HttpPort, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (answer.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            body = body[body.IndexOf('{', StringComparison.Ordinal)..(body.LastIndexOf('}') + 1)];
        }

        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), body);
    }
}
