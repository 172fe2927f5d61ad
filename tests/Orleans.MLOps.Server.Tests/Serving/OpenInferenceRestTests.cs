using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Serving;

public sealed class OpenInferenceRestTests(ServingNode node) : IClassFixture<ServingNode>
{
    private static readonly string RowJson = JsonSerializer.Serialize(ServingNode.Row);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_Asked_SaysWhatItIs()
    {
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Get, "/v2/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Get, "/v2/health/ready")).Status);
        var server = await node.GetAsync("/v2");
        Assert.Equal("orleans-mlops", server.GetProperty("name").GetString());
        Assert.Contains("binary_tensor_data", server.GetProperty("extensions").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["echo", "mlp"], (await node.GetAsync("/v2/models")).GetProperty("models").EnumerateArray().Select(name => name.GetString()!).Order());
    }

    [Theory]
    [InlineData("/v2/models/mlp")]
    [InlineData("/v2/models/mlp/versions/1")]
    [InlineData("/v2/models/mlp/versions/v1")]
    public async Task Metadata_Model_IsWhatTheFileSays(string path)
    {
        var model = await node.GetAsync(path);

        Assert.Equal(
            """{"name":"mlp","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"input","datatype":"FP32","shape":[-1,16]}],"outputs":[{"name":"output","datatype":"FP32","shape":[-1,1]}]}""",
            model.GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Get, $"{path}/ready")).Status);
    }

    [Fact]
    public async Task Config_Model_LeavesTheBatchOut()
    {
        var config = await node.GetAsync("/v2/models/mlp/config");

        Assert.Equal("""[{"name":"input","data_type":"TYPE_FP32","dims":[16],"optional":false}]""", config.GetProperty("input").GetRawText());
        Assert.True(config.GetProperty("max_batch_size").GetInt32() > 1);
    }

    [Theory]
    [InlineData("/v2/models/mlp/infer", "")]
    [InlineData("/v2/models/mlp/versions/1/infer", "")]
    [InlineData("/v2/models/mlp/infer", ",\"outputs\":[{\"name\":\"output\"}]")]
    public async Task Infer_KnownRow_IsAnswered(string path, string outputs)
    {
        var answer = await node.PostAsync(path, $$"""{"id":"r-1","inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","data":{{RowJson}}}]{{outputs}}}""");

        Assert.Equal(("mlp", "1", "r-1"), (answer.GetProperty("model_name").GetString(), answer.GetProperty("model_version").GetString(), answer.GetProperty("id").GetString()));
        var output = answer.GetProperty("outputs")[0];
        Assert.Equal(("output", "FP32", "[1,1]"), (output.GetProperty("name").GetString(), output.GetProperty("datatype").GetString(), output.GetProperty("shape").GetRawText()));
        Assert.Equal(ServingNode.Answer, output.GetProperty("data")[0].GetSingle(), 1e-6f);
    }

    [Fact]
    public async Task Infer_NestedDataBeforeItsType_IsTheSame()
    {
        var answer = await node.PostAsync("/v2/models/mlp/infer", $$"""{"inputs":[{"data":[{{RowJson}},{{RowJson}}],"datatype":"FP32","shape":[2,16],"name":"input"}]}""");

        Assert.Equal(2, answer.GetProperty("outputs")[0].GetProperty("data").GetArrayLength());
        Assert.False(answer.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Infer_AllTypesOfEcho_ComeBackAsTheyWere()
    {
        var answer = await PostRawAsync("/v2/models/echo/infer", """
            {"inputs":[
             {"name":"INPUT0","shape":[1,2],"datatype":"INT64","data":[-9223372036854775808,9223372036854775807]},
             {"name":"INPUT1","shape":[1,3],"datatype":"BYTES","data":["a","öß\u0000","NaN"]},
             {"name":"INPUT2","shape":[4,1],"datatype":"FP32","data":[1.5,NaN,Infinity,-Infinity]}]}
            """);

        Assert.Contains("\"data\":[-9223372036854775808,9223372036854775807]", answer, StringComparison.Ordinal);
        Assert.Contains("\"NaN\"]", answer, StringComparison.Ordinal);
        Assert.Contains("\"data\":[1.5,NaN,Infinity,-Infinity]", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_BinaryTensors_GoBothWays()
    {
        var data = MemoryMarshal.AsBytes(ServingNode.Row.AsSpan()).ToArray();
        var json = Encoding.UTF8.GetBytes($$$"""{"inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","parameters":{"binary_data_size":{{{data.Length}}}}}],"parameters":{"binary_data_output":true}}""");

        var (header, tail) = await PostBinaryAsync("/v2/models/mlp/infer", [.. json, .. data], json.Length);

        Assert.Equal(4, header.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal(ServingNode.Answer, BinaryPrimitives.ReadSingleLittleEndian(tail), 1e-6f);
    }

    [Fact]
    public async Task Infer_RawBinaryRequest_IsOneRowOfTheOneInput()
    {
        var (header, tail) = await PostBinaryAsync("/v2/models/mlp/infer", MemoryMarshal.AsBytes(ServingNode.Row.AsSpan()).ToArray(), 0);

        Assert.Equal("[1,1]", header.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
        Assert.Equal(ServingNode.Answer, BinaryPrimitives.ReadSingleLittleEndian(tail), 1e-6f);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Infer_CompressedBothWays_IsTheSame(string encoding)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"inputs":[{"name":"INPUT0","shape":[1,5000],"datatype":"INT64","data":[{{string.Join(',', Enumerable.Range(0, 5000))}}]}]}""");
        using var packed = new MemoryStream();
        await using (Stream stream = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await stream.WriteAsync(body, Cancel);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, "/v2/models/echo/infer")) { Content = new ByteArrayContent(packed.ToArray()) };
        request.Content.Headers.ContentEncoding.Add(encoding);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        using var reply = await node.Http.SendAsync(request, Cancel);

        Assert.Equal([encoding], reply.Content.Headers.ContentEncoding);
        await using var content = await reply.Content.ReadAsStreamAsync(Cancel);
        await using Stream unpacked = encoding == "gzip" ? new GZipStream(content, CompressionMode.Decompress) : new ZLibStream(content, CompressionMode.Decompress);
        using var answer = await JsonDocument.ParseAsync(unpacked, cancellationToken: Cancel);
        Assert.Equal(Enumerable.Range(0, 5000), answer.RootElement.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Infer_WhatTheModelDoesNotTake_IsRefusedByName(string path, string body, int status, string said)
    {
        var (given, error) = await node.RefusedAsync(HttpMethod.Post, path, body);

        Assert.Equal(status, given);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, int, string> Wrong => new()
    {
        { "/v2/models/none/infer", Input("[1,16]", RowJson), 404, "no endpoint 'none'" },
        { "/v2/models/mlp/versions/7/infer", Input("[1,16]", RowJson), 404, "does not serve version 7" },
        { "/v2/models/mlp/infer", "", 400, "not valid JSON" },
        { "/v2/models/mlp/infer", "[]", 400, "must be an object" },
        { "/v2/models/mlp/infer", "{}", 400, "no 'inputs'" },
        { "/v2/models/mlp/infer", "{\"inputs\":[]}", 400, "'input' is missing" },
        { "/v2/models/mlp/infer", "{\"inputs\":{}}", 400, "must be a list" },
        { "/v2/models/mlp/infer", Input("[1,16]", RowJson) + "x", 400, "JSON" },
        { "/v2/models/mlp/infer", Input("[1,15]", RowJson), 400, "16 elements" },
        { "/v2/models/mlp/infer", Input("[1,17]", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"), 400, "[1, 17]; [-1, 16] is expected" },
        { "/v2/models/mlp/infer", Input("[-1,16]", RowJson), 400, "at least 0" },
        { "/v2/models/mlp/infer", Input("[9223372036854775807,16]", RowJson), 400, "16 elements" },
        { "/v2/models/mlp/infer", Input("[1,16]", RowJson, "FP64"), 400, "is FP64; FP32 is expected" },
        { "/v2/models/mlp/infer", Input("[1,16]", RowJson, "FP99"), 400, "datatype 'FP99'" },
        { "/v2/models/mlp/infer", Input("[1,16]", RowJson, "FP16"), 400, "no JSON form" },
        { "/v2/models/mlp/infer", Input("[1,1]", "[\"x\"]"), 400, "FP32 is expected" },
        { "/v2/models/mlp/infer", Input("[1,1]", "[1e99]"), 400, "1e99" },
        { "/v2/models/mlp/infer", Input("[1,1]", "[{}]"), 400, "{...}" },
        { "/v2/models/mlp/infer", Input("[1,16]", RowJson).Replace("\"data\"", "\"atad\"", StringComparison.Ordinal), 400, "has no data" },
        { "/v2/models/mlp/infer", Input("[1,16]", RowJson).Replace("\"input\"", "\"other\"", StringComparison.Ordinal), 400, "'other' is not one" },
        { "/v2/models/mlp/infer", "{\"inputs\":" + new string('[', 2000), 400, "" },
    };

    [Fact]
    public async Task Infer_BinarySizesThatDoNotFit_AreRefused()
    {
        var json = "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,16],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":64}}]}"u8.ToArray();

        Assert.Equal(HttpStatusCode.BadRequest, await PostStatusAsync([.. json, .. new byte[63]], json.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.BadRequest, await PostStatusAsync([.. json, .. new byte[65]], json.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.BadRequest, await PostStatusAsync(json, "-1"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostStatusAsync(json, "99999999999"));
    }

    [Fact]
    public async Task Statistics_AfterRequests_CountThem()
    {
        var before = Count(await node.GetAsync("/v2/models/mlp/stats"));
        await node.PostAsync("/v2/models/mlp/infer", Input("[1,16]", RowJson));

        Assert.Equal(before + 1, Count(await node.GetAsync("/v2/models/mlp/versions/1/stats")));
        Assert.Contains((await node.GetAsync("/v2/models/stats")).GetProperty("model_stats").EnumerateArray(), model => model.GetProperty("name").GetString() == "echo");

        static long Count(JsonElement stats) => stats.GetProperty("model_stats")[0].GetProperty("inference_stats").GetProperty("success").GetProperty("count").GetInt64();
    }

    [Fact]
    public async Task Metrics_AfterRequests_HaveTritonsNamesAndOurHistograms()
    {
        await node.PostAsync("/v2/models/mlp/infer", Input("[1,16]", RowJson));
        await node.RefusedAsync(HttpMethod.Post, "/v2/models/mlp/infer", Input("[1,15]", "[1]"));

        var metrics = await node.Http.GetStringAsync(new Uri(node.Node.HttpAddress, "/metrics"), Cancel);

        Assert.Contains("nv_inference_request_success{model=\"mlp\",version=\"1\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("nv_inference_request_failure{model=\"mlp\",version=\"1\",reason=\"REJECTED\"} 0", metrics, StringComparison.Ordinal);
        Assert.All(new[] { "queue", "infer", "decode", "encode" }, part => Assert.Contains($"mlops_inference_{part}_seconds_count{{", metrics, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServerTiming_AskedFor_SaysWhereTheTimeWent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, "/v2/models/mlp/infer")) { Content = new StringContent(Input("[1,16]", RowJson)) };
        request.Headers.Add("Server-Timing", "?1");
        using var reply = await node.Http.SendAsync(request, Cancel);

        Assert.Matches("^decode;dur=[0-9.]+, queue;dur=[0-9.]+, infer;dur=[0-9.]+, encode;dur=[0-9.]+$", reply.Headers.GetValues("Server-Timing").Single());
    }

    [Fact]
    public async Task Repository_Index_NamesWhatIsReady()
    {
        var index = await node.PostAsync("/v2/repository/index", "{\"ready\":true}");

        Assert.Contains("""{"name":"mlp","version":"1","state":"READY","reason":""}""", index.EnumerateArray().Select(entry => entry.GetRawText()));
    }

    [Fact]
    public async Task Unload_FromAPageOfAnotherSite_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, "/v2/repository/models/mlp/unload"));
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var reply = await node.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Get, "/v2/models/mlp/ready")).Status);
    }

    [Fact]
    public async Task UnknownPath_IsRefusedInTheProtocolsShape() => Assert.Equal(404, (await node.RefusedAsync(HttpMethod.Get, "/v2/nothing/here")).Status);

    private static string Input(string shape, string data, string type = "FP32") =>
        $$"""{"inputs":[{"name":"input","shape":{{shape}},"datatype":"{{type}}","data":{{data}}}]}""";

    private async Task<string> PostRawAsync(string path, string body)
    {
        using var content = new StringContent(body);
        using var reply = await node.Http.PostAsync(new Uri(node.Node.HttpAddress, path), content, Cancel);
        return await reply.Content.ReadAsStringAsync(Cancel);
    }

    private async Task<HttpStatusCode> PostStatusAsync(byte[] body, string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, "/v2/models/mlp/infer")) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", header);
        using var reply = await node.Http.SendAsync(request, Cancel);
        Assert.NotEmpty(JsonElement.Parse(await reply.Content.ReadAsStringAsync(Cancel)).GetProperty("error").GetString()!);
        return reply.StatusCode;
    }

    private async Task<(JsonElement Header, byte[] Tail)> PostBinaryAsync(string path, byte[] body, int headerLength)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, path)) { Content = new ByteArrayContent(body) };
        request.Headers.Add("Inference-Header-Content-Length", headerLength.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var reply = await node.Http.SendAsync(request, Cancel);
        var bytes = await reply.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(reply.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        Assert.Equal("application/octet-stream", reply.Content.Headers.ContentType!.MediaType);
        var length = int.Parse(reply.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        return (JsonElement.Parse(bytes.AsSpan(0, length)), bytes[length..]);
    }
}
