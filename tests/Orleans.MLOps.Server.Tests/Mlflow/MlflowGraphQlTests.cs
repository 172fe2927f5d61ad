using System.Net;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>What MLflow's web UI asks by GraphQL.</summary>
public sealed class MlflowGraphQlTests(MlflowNode node, LockedNode locked) : IClassFixture<MlflowNode>, IClassFixture<LockedNode>
{
    private const string Api = MlflowNode.Api;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetExperiment_AsTheWebUiAsks_AnswersAsRestDoes()
    {
        var id = await node.NewExperimentAsync();
        await node.PostAsync($"{Api}/experiments/set-experiment-tag", new { experiment_id = id, key = "team", value = "größe" });

        var answer = await AskAsync(
            """
            query MlflowGetExperimentQuery($input: MlflowGetExperimentInput!) @component(name: "MLflow.ExperimentRunTracking") {
              mlflowGetExperiment(input: $input) {
                __typename
                apiError { code message }
                experiment { artifactLocation creationTime experimentId lastUpdateTime lifecycleStage name tags { key value } }
              }
            }
            """,
            new { input = new { experimentId = id } });

        var found = answer.GetProperty("mlflowGetExperiment");
        var rest = (await node.GetAsync($"{Api}/experiments/get?experiment_id={id}")).GetProperty("experiment");
        var experiment = found.GetProperty("experiment");
        Assert.Equal(JsonValueKind.Null, found.GetProperty("apiError").ValueKind);
        Assert.Equal("MlflowGetExperimentResponse", Text(found, "__typename"));
        Assert.Equal((Text(rest, "name"), id, Text(rest, "artifact_location")), (Text(experiment, "name"), Text(experiment, "experimentId"), Text(experiment, "artifactLocation")));
        Assert.Equal($"{rest.GetProperty("creation_time")}", Text(experiment, "creationTime"));
        Assert.Equal(("team", "größe"), (Text(experiment.GetProperty("tags")[0], "key"), Text(experiment.GetProperty("tags")[0], "value")));
    }

    [Fact]
    public async Task GetRun_WithExperimentAndVersions_BringsThemTogether()
    {
        var (experiment, run, model) = await NewLoggedRunAsync();

        var found = (await AskAsync(
            """
            query GetRun($data: MlflowGetRunInput!) @component(name: "MLflow.ExperimentRunTracking") {
              mlflowGetRun(input: $data) {
                apiError { helpUrl code message }
                run {
                  info { runName status runUuid experimentId artifactUri endTime lifecycleStage startTime userId }
                  experiment { experimentId name tags { key value } artifactLocation lifecycleStage lastUpdateTime }
                  modelVersions { status version name source }
                  data { metrics { key value step timestamp } params { key value } tags { key value } }
                  inputs { datasetInputs { dataset { digest name profile schema source sourceType } tags { key value } } modelInputs { modelId } }
                  outputs { modelOutputs { modelId step } }
                }
              }
            }
            """,
            new { data = new { runId = run } })).GetProperty("mlflowGetRun").GetProperty("run");

        var info = found.GetProperty("info");
        Assert.Equal((run, "RUNNING", "1700000000000"), (Text(info, "runUuid"), Text(info, "status"), Text(info, "startTime")));
        Assert.Equal(JsonValueKind.Null, info.GetProperty("endTime").ValueKind);
        Assert.Equal(experiment, Text(found.GetProperty("experiment"), "experimentId"));
        var version = Assert.Single(found.GetProperty("modelVersions").EnumerateArray());
        Assert.Equal((model, "1", "READY"), (Text(version, "name"), Text(version, "version"), Text(version, "status")));
        var metrics = found.GetProperty("data").GetProperty("metrics").EnumerateArray().ToDictionary(metric => Text(metric, "key"));
        Assert.Equal((0.25, "-3"), (metrics["loss"].GetProperty("value").GetDouble(), Text(metrics["loss"], "step")));
        Assert.Equal(JsonValueKind.Null, metrics["nan"].GetProperty("value").ValueKind);
        Assert.Equal("d", Text(found.GetProperty("inputs").GetProperty("datasetInputs")[0].GetProperty("dataset"), "name"));
        Assert.Equal(0, found.GetProperty("outputs").GetProperty("modelOutputs").GetArrayLength());
    }

    [Theory]
    [InlineData("query")]
    [InlineData("mutation")]
    public async Task SearchRuns_ManyRuns_EachHasItsOwnVersions(string kind)
    {
        var experiment = await node.NewExperimentAsync();
        var name = node.NextName();
        await node.PostAsync($"{Api}/registered-models/create", new { name });
        var runs = new List<string>();
        for (var i = 0; i < 130; i++)
        {
            runs.Add(await node.NewRunAsync(experiment));
        }

        foreach (var run in new[] { runs[3], runs[120], runs[120] })
        {
            await node.PostAsync($"{Api}/model-versions/create", new { name, source = $"runs:/{run}/model", run_id = run });
        }

        var found = (await AskAsync(
            $$"""
            {{kind}} SearchRuns($data: MlflowSearchRunsInput!) {
              mlflowSearchRuns(input: $data) { apiError { code } nextPageToken runs { info { runId } experiment { experimentId } modelVersions { version } } }
            }
            """,
            new { data = new { experimentIds = new[] { experiment }, runViewType = "ACTIVE_ONLY", maxResults = 50_000 } })).GetProperty("mlflowSearchRuns").GetProperty("runs");

        Assert.Equal(130, found.GetArrayLength());
        Assert.All(found.EnumerateArray(), run =>
        {
            Assert.Equal(experiment, Text(run.GetProperty("experiment"), "experimentId"));
            var versions = run.GetProperty("modelVersions").EnumerateArray().Select(version => Text(version, "version")).Order();
            var id = Text(run.GetProperty("info"), "runId");
            Assert.Equal(id == runs[3] ? ["1"] : id == runs[120] ? ["2", "3"] : [], versions);
        });
    }

    [Fact]
    public async Task OtherFields_OfOneRun_AnswerAsRestDoes()
    {
        var (experiment, run, model) = await NewLoggedRunAsync();
        using (var put = await node.Http.PutAsync(new Uri(node.Node.HttpAddress, $"{MlflowNode.Artifacts}/{experiment}/{run}/artifacts/plots/a.txt"), new StringContent("abc"), Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        var found = await AskAsync(
            """
            query All($run: String, $experiment: String, $filter: String) {
              root: mlflowListArtifacts(input: { runId: $run }) { rootUri files { path isDir fileSize } }
              folder: mlflowListArtifacts(input: { runUuid: $run, path: "plots" }) { files { path isDir fileSize } }
              mlflowSearchModelVersions(input: { filter: $filter, maxResults: 5, orderBy: ["name ASC"] }) { modelVersions { name aliases tags { key } } }
              mlflowGetMetricHistoryBulkInterval(input: { runIds: [$run], metricKey: "loss", maxResults: 10 }) { metrics { runId key value step timestamp } }
              mlflowSearchDatasets(input: { experimentIds: [$experiment] }) { datasetSummaries { experimentId name digest context } }
            }
            """,
            new { run, experiment, filter = $"name = '{model}'" });

        Assert.Equal($"mlflow-artifacts:/{experiment}/{run}/artifacts", Text(found.GetProperty("root"), "rootUri"));
        Assert.True(found.GetProperty("root").GetProperty("files")[0].GetProperty("isDir").GetBoolean());
        Assert.Equal(("plots/a.txt", "3"), (Text(found.GetProperty("folder").GetProperty("files")[0], "path"), Text(found.GetProperty("folder").GetProperty("files")[0], "fileSize")));
        Assert.Equal(model, Text(found.GetProperty("mlflowSearchModelVersions").GetProperty("modelVersions")[0], "name"));
        Assert.Equal(run, Text(found.GetProperty("mlflowGetMetricHistoryBulkInterval").GetProperty("metrics")[0], "runId"));
        Assert.Equal("training", Text(found.GetProperty("mlflowSearchDatasets").GetProperty("datasetSummaries")[0], "context"));
    }

    [Fact]
    public async Task AnyField_WhatItsRouteRefuses_IsItsApiError()
    {
        var found = await AskAsync(
            $$"""
            {
              missing: mlflowGetRun(input: { runId: "{{new string('0', 32)}}" }) { apiError { code message } run { info { runId } } }
              wrong: mlflowGetExperiment(input: { experimentId: "x" }) { apiError { code } experiment { name } }
              none: mlflowGetExperiment { apiError { code } }
              filter: mlflowSearchRuns(input: { filter: "no filter at all" }) { apiError { code } runs { info { runId } } }
              half: mlflowSearchRuns(input: { filter: "\ud800" }) { apiError { code } }
            }
            """);

        Assert.Equal("RESOURCE_DOES_NOT_EXIST", Text(found.GetProperty("missing").GetProperty("apiError"), "code"));
        Assert.Equal(JsonValueKind.Null, found.GetProperty("missing").GetProperty("run").ValueKind);
        foreach (var name in new[] { "wrong", "none", "filter", "half" })
        {
            Assert.Equal("INVALID_PARAMETER_VALUE", Text(found.GetProperty(name).GetProperty("apiError"), "code"));
        }
    }

    public static TheoryData<string> Hostile => new(HostileQueries());

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public async Task Query_TooLargeOrMalformed_IsAnErrorAndNothingIsAnswered(string query)
    {
        var (status, answer) = await node.SendAsync(HttpMethod.Post, "/graphql", JsonSerializer.Serialize(new { query }));

        var what = $"{(query.Length > 200 ? query[..200] : query)}: {(int)status} {answer}";
        Assert.True((int)status < 500, what);
        if (status == HttpStatusCode.OK)
        {
            Assert.True(answer.GetProperty("errors").GetArrayLength() > 0, what);
            Assert.False(answer.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null, what);
            Assert.DoesNotContain("   at ", answer.GetRawText(), StringComparison.Ordinal);
        }
        else
        {
            Assert.False(string.IsNullOrEmpty(Text(answer, "error_code")), what);
        }
    }

    [Fact]
    public async Task Query_SmallTextOfMillionsOfValues_IsCutShort()
    {
        var run = await node.NewRunAsync();
        for (var batch = 0; batch < 3; batch++)
        {
            await node.PostAsync($"{Api}/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(0, 1000).Select(i => new { key = $"m{batch}.{i}", value = i, timestamp = 1 }) });
        }

        var values = $"key value step timestamp runId {string.Concat(Enumerable.Range(0, 10).Select(i => $" v{i}: value"))}";
        var data = string.Concat(Enumerable.Range(0, 6).Select(i => $" m{i}: metrics {{ {values} }}"));
        var query = $"{{ {string.Concat(Enumerable.Range(0, 10).Select(i => $" r{i}: mlflowGetRun(input: {{ runId: \"{run}\" }}) {{ run {{ data {{ {data} }} }} }}"))} }}";

        var answer = await node.PostAsync("/graphql", new { query });

        Assert.Contains("too many values", Text(Assert.Single(answer.GetProperty("errors").EnumerateArray()), "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_NotOfGraphQl_IsRefused()
    {
        string[] bodies =
        [
            "{}", """{"query":12}""", """{"query":""}""", """{"query":"{ __typename }","variables":[1]}""", """{"query":"{ __typename }","variables":{"a":"\ud800"}}""",
            """{"query":"\ud800"}""", """{"query":"{ __typename }","operationName":{}}""", $$"""{"query":"{ __typename }","variables":{{new string('[', 500)}}}""",
            """[{"query":"{ __typename }"}]""",
        ];
        foreach (var body in bodies)
        {
            var (status, answer) = await node.SendAsync(HttpMethod.Post, "/graphql", body);
            Assert.True(status == HttpStatusCode.BadRequest, $"{body}: {status} {answer}");
            Assert.Equal("INVALID_PARAMETER_VALUE", Text(answer, "error_code"));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, "/graphql")) { Content = Query(new string('x', 17 * 1024 * 1024)) };
        request.Headers.ExpectContinue = true;
        using var large = await node.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);
        using var form = await node.Http.PostAsync(new Uri(node.Node.HttpAddress, "/graphql"), new StringContent("""{"query":"{ __typename }"}""", Encoding.UTF8, "text/plain"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
    }

    [Fact]
    public async Task Post_LockedNodeOrForeignHost_IsRefused()
    {
        using var without = await locked.Http.PostAsync(new Uri(locked.Node.HttpAddress, "/graphql"), Query("{ __typename }"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(locked.Node.HttpAddress, "/graphql")) { Content = Query("{ __typename }") };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anyone:{LockedNode.CallerKey}")));
        using var with = await locked.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);

        using var rebound = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, "/graphql")) { Content = Query("{ __typename }") };
        rebound.Headers.Host = "rebound.example:8080";
        using var foreign = await node.Http.SendAsync(rebound, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
    }

    private static IEnumerable<string> HostileQueries()
    {
        const string experiment = "mlflowGetExperiment(input: { experimentId: \"0\" }) { experiment { name } }";
        yield return "{";
        yield return "}";
        yield return "no query";
        yield return "{ nothing }";
        yield return "{ mlflowGetRun(input: { runId: [1] }) { run { info { runId } } } }";
        yield return "query A { __typename } query B { __typename }";
        yield return "query A($a: MlflowGetRunInput!) { mlflowGetRun(input: $a) { run { info { runId } } } }";
        yield return "subscription { mlflowGetExperiment { apiError { code } } }";
        yield return "type Query { a: String } { __typename }";
        yield return "{ __schema { types { name } } }";
        yield return "{ __type(name: \"MlflowRun\") { name } }";
        yield return new string('{', 50_000);
        yield return "{ mlflowGetRun(input: " + new string('[', 40_000);
        yield return "{" + string.Concat(Enumerable.Repeat("a {", 100)) + " b " + new string('}', 101);
        yield return new string('x', 200_000);
        yield return "{ mlflowGetRun { run " + string.Concat(Enumerable.Repeat("{ experiment ", 20)) + new string('}', 22);
        yield return "{" + string.Concat(Enumerable.Range(0, 11).Select(i => $" {experiment}")) + "}";
        yield return "{" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $" a{i}: __typename")) + "}";
        yield return "{ mlflowGetExperiment { experiment {" + string.Concat(Enumerable.Range(0, 11).Select(i => $" a{i}: name")) + "} } }";
        yield return "{ ... on Query {" + string.Concat(Enumerable.Range(0, 6).Select(i => $" a{i}: {experiment}")) + "} ...B } fragment B on Query {" + string.Concat(Enumerable.Range(0, 6).Select(i => $" b{i}: {experiment}")) + "}";
        yield return "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
        yield return "{ ...F0 }" + string.Concat(Enumerable.Range(0, 30).Select(i => $" fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}")) + " fragment F30 on Query { __typename }";
        yield return "{ __typename } fragment U on MlflowExperiment {" + string.Concat(Enumerable.Repeat(" name", 15_000)) + "}";
    }

    private static StringContent Query(string query) => new(JsonSerializer.Serialize(new { query }), Encoding.UTF8, "application/json");

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private async Task<JsonElement> AskAsync(string query, object? variables = null)
    {
        var answer = await node.PostAsync("/graphql", new { query, variables });
        Assert.False(answer.TryGetProperty("errors", out var errors), $"{errors}");
        return answer.GetProperty("data");
    }

    private async Task<(string Experiment, string Run, string Model)> NewLoggedRunAsync()
    {
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        await node.PostAsync($"{Api}/runs/log-metric", new { run_id = run, key = "loss", value = 0.25, timestamp = 5, step = -3 });
        await node.PostAsync($"{Api}/runs/log-metric", new { run_id = run, key = "nan", value = "NaN", timestamp = 5 });
        await node.PostAsync($"{Api}/runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { tags = new[] { new { key = "mlflow.data.context", value = "training" } }, dataset = new { name = "d", digest = "1", source_type = "local", source = "{}" } } },
        });
        var model = node.NextName();
        await node.PostAsync($"{Api}/registered-models/create", new { name = model });
        await node.PostAsync($"{Api}/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        return (experiment, run, model);
    }
}
