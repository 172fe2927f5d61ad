using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Serving;

public sealed class TensorFlowRestTests(ServingNode node) : IClassFixture<ServingNode>
{
    private static readonly string RowJson = JsonSerializer.Serialize(ServingNode.Row);

    [Theory]
    [InlineData("/v1/models/mlp:predict")]
    [InlineData("/v1/models/mlp/versions/1:predict")]
    [InlineData("/V1/Models/mlp/Versions/1:Predict")]
    public async Task Predict_Rows_GiveRows(string path)
    {
        var answer = await node.PostAsync(path, $$"""{"signature_name":"serving_default","instances":[{{RowJson}},{{RowJson}}]}""");

        var rows = answer.GetProperty("predictions").EnumerateArray().ToArray();
        Assert.Equal(2, rows.Length);
        Assert.All(rows, row => Assert.Equal(ServingNode.Answer, row[0].GetSingle(), 1e-6f));
    }

    [Fact]
    public async Task Predict_NamedRowsAndColumns_AreTheSame()
    {
        var named = await node.PostAsync("/v1/models/mlp:predict", $$"""{"instances":[{"input":{{RowJson}}}]}""");
        var columns = await node.PostAsync("/v1/models/mlp:predict", $$"""{"inputs":[{{RowJson}}]}""");
        var namedColumns = await node.PostAsync("/v1/models/mlp:predict", $$$"""{"inputs":{"input":[{{{RowJson}}}]}}""");

        Assert.Equal(named.GetProperty("predictions").GetRawText(), columns.GetProperty("outputs").GetRawText());
        Assert.Equal(columns.GetRawText(), namedColumns.GetRawText());
    }

    [Fact]
    public async Task Predict_SeveralInputsOfEcho_GiveObjects()
    {
        var answer = await node.PostAsync("/v1/models/echo:predict", """{"instances":[{"INPUT0":[1,2],"INPUT1":["a",{"b64":"Yg=="}]},{"INPUT0":[3,4],"INPUT1":["c","d"]}]}""");

        Assert.Equal("""[{"OUTPUT0":[1,2],"OUTPUT1":["a","b"]},{"OUTPUT0":[3,4],"OUTPUT1":["c","d"]}]""", answer.GetProperty("predictions").GetRawText());
    }

    [Fact]
    public async Task Regress_Examples_GiveOneNumberEach()
    {
        var answer = await node.PostAsync("/v1/models/mlp:regress", $$$"""{"context":{"input":{{{RowJson}}}},"examples":[{},{}]}""");

        Assert.All(answer.GetProperty("results").EnumerateArray(), value => Assert.Equal(ServingNode.Answer, value.GetSingle(), 1e-6f));
        Assert.Equal(2, answer.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Classify_Examples_GiveScores()
    {
        var answer = await node.PostAsync("/v1/models/mlp:classify", $$"""{"examples":[{"input":{{RowJson}}}]}""");

        Assert.Equal(ServingNode.Answer, answer.GetProperty("results")[0][0][1].GetSingle(), 1e-6f);
    }

    [Fact]
    public async Task Status_Model_NamesVersionsAsTexts() => Assert.Equal(
        """{"model_version_status":[{"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}""",
        (await node.GetAsync("/v1/models/mlp")).GetRawText());

    [Fact]
    public async Task Metadata_Model_HasTheDoubleSignature()
    {
        var signature = (await node.GetAsync("/v1/models/mlp/versions/1/metadata")).GetProperty("metadata").GetProperty("signature_def").GetProperty("signature_def").GetProperty("serving_default");

        Assert.Equal("""{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""},{"size":"16","name":""}],"unknown_rank":false},"name":"input:0"}""", signature.GetProperty("inputs").GetProperty("input").GetRawText());
    }

    [Theory]
    [InlineData("/v1/models/none:predict", """{"instances":[1]}""", 404, "Servable not found for request: Latest(none)")]
    [InlineData("/v1/models/mlp/versions/9:predict", """{"instances":[1]}""", 404, "Specific(mlp, 9)")]
    [InlineData("/v1/models/mlp/labels/next:predict", """{"instances":[1]}""", 400, "Unrecognized servable version label: next")]
    [InlineData("/v1/models/mlp:predict", """{"instances":[1],"inputs":[1]}""", 400, "both")]
    [InlineData("/v1/models/mlp:predict", "{}", 400, "Missing 'inputs' or 'instances'")]
    [InlineData("/v1/models/mlp:predict", """{"instances":[]}""", 400, "at least one")]
    [InlineData("/v1/models/mlp:predict", """{"instances":5}""", 400, "list")]
    [InlineData("/v1/models/mlp:predict", """{"instances":[[1,2],[3]]}""", 400, "different lengths")]
    [InlineData("/v1/models/mlp:predict", """{"instances":[[1,2],{"input":[1,2]}]}""", 400, "mixes")]
    [InlineData("/v1/models/mlp:predict", """{"instances":[{"other":1}]}""", 400, "'other' is no input")]
    [InlineData("/v1/models/mlp:predict", """{"instances":[[1,2]]}""", 400, "[1, 2]; [-1, 16] is expected")]
    [InlineData("/v1/models/mlp:predict", """{"instances":[["a"]]}""", 400, "FP32 is expected")]
    [InlineData("/v1/models/mlp:predict", """{"signature_name":"x","instances":[1]}""", 400, "x")]
    [InlineData("/v1/models/mlp:predict", "{", 400, "JSON Parse error")]
    [InlineData("/v1/models/echo:predict", """{"instances":[{}]}""", 400, "gives nothing")]
    [InlineData("/v1/models/echo:classify", """{"examples":[1]}""", 400, "no object of features")]
    [InlineData("/v1/models/mlp:explode", "{}", 400, "Malformed request")]
    [InlineData("/v1/nothing", "{}", 400, "Malformed request")]
    [InlineData("/v1/models", "{}", 400, "Missing model name")]
    public async Task Predict_WhatIsWrong_IsRefusedInTheProtocolsWords(string path, string body, int status, string said)
    {
        var (given, error) = await node.RefusedAsync(HttpMethod.Post, path, body);

        Assert.Equal(status, given);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }
}
