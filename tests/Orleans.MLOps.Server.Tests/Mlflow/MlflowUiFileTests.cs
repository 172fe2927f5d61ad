using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>The paths by which MLflow's web UI fetches and sends files.</summary>
public sealed class MlflowUiFileTests(MlflowNode node, LockedNode locked) : IClassFixture<MlflowNode>, IClassFixture<LockedNode>
{
    private const string Ajax = "/ajax-api/2.0/mlflow";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_FileOfARun_ComesAsAnAttachment()
    {
        var run = await node.NewRunAsync();
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(run, "plots/größe 1.html", bytes));

        foreach (var name in new[] { "run_id", "run_uuid" })
        {
            using var reply = await node.Http.GetAsync(At($"/get-artifact?path={Uri.EscapeDataString("plots/größe 1.html")}&{name}={run}"), Cancel);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            Assert.Equal(bytes, await reply.Content.ReadAsByteArrayAsync(Cancel));
            Assert.Equal(("attachment", "größe 1.html"), (reply.Content.Headers.ContentDisposition!.DispositionType, reply.Content.Headers.ContentDisposition.FileNameStar));
            Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("x-content-type-options")));
        }
    }

    [Fact]
    public async Task Get_FileOfALoggedModel_ComesFromItsOwnFiles()
    {
        var (_, model) = await NewModelAsync();

        Assert.Equal("flavor", await TextAsync($"{Ajax}/logged-models/{model}/artifacts/files?artifact_file_path=MLmodel"));
    }

    [Fact]
    public async Task Get_FileOfAVersion_ComesFromWhereItsSourceSays()
    {
        var (experiment, model) = await NewModelAsync();
        var run = await node.NewRunAsync(experiment);
        await UploadAsync(run, "model/MLmodel", "of the run"u8.ToArray());
        var name = node.NextName();
        await node.PostAsync($"{MlflowNode.Api}/registered-models/create", new { name });
        string[] sources =
        [
            $"runs:/{run}/model", $"mlflow-artifacts:/{experiment}/{run}/artifacts/model", $"mlflow-artifacts://host:5000/{experiment}/{run}/artifacts/model/",
            $"models:/{model}", $"mlflow-artifacts:/{experiment}/models/{model}/artifacts",
        ];
        foreach (var source in sources)
        {
            var version = (await node.PostAsync($"{MlflowNode.Api}/model-versions/create", new { name, source })).GetProperty("model_version").GetProperty("version").GetString();
            Assert.Equal(
                source.Contains(run, StringComparison.Ordinal) ? "of the run" : "flavor",
                await TextAsync($"/model-versions/get-artifact?path=MLmodel&name={name}&version={version}"));
        }

        foreach (var source in new[] { "s3://bucket/model", "mlflow-artifacts:/", $"mlflow-artifacts:/0/{run}" })
        {
            var version = (await node.PostAsync($"{MlflowNode.Api}/model-versions/create", new { name, source })).GetProperty("model_version").GetProperty("version").GetString();
            var refusal = await node.RefusedAsync(HttpMethod.Get, $"/model-versions/get-artifact?path=MLmodel&name={name}&version={version}");
            Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (refusal.Status, refusal.Code));
        }
    }

    [Fact]
    public async Task Get_MissingFileOrOwner_IsNotFoundInJson()
    {
        var (experiment, model) = await NewModelAsync();
        var run = await node.NewRunAsync(experiment);
        string[] paths =
        [
            $"/get-artifact?run_id={run}&path=none", $"/get-artifact?run_id={new string('0', 32)}&path=none", $"{Ajax}/logged-models/{model}/artifacts/files?artifact_file_path=none",
            "/model-versions/get-artifact?name=none&version=1&path=none",
        ];
        foreach (var path in paths)
        {
            var refusal = await node.RefusedAsync(HttpMethod.Get, path);
            Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), (refusal.Status, refusal.Code));
        }
    }

    [Fact]
    public async Task AnyFile_PathsThatLeave_AreRefused()
    {
        var (experiment, model) = await NewModelAsync();
        var run = await node.NewRunAsync(experiment);
        var name = node.NextName();
        await node.PostAsync($"{MlflowNode.Api}/registered-models/create", new { name });
        await node.PostAsync($"{MlflowNode.Api}/model-versions/create", new { name, source = $"runs:/{run}/a" });
        foreach (var path in new[] { "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "./a", "..\\x", "%2e%2e/x", "%2fetc/passwd", "a\0b", "a\nb", "", new string('p', 600) })
        {
            var escaped = Uri.EscapeDataString(path);
            foreach (var (method, at) in new[]
            {
                (HttpMethod.Get, $"/get-artifact?run_id={run}&path={escaped}"),
                (HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version=1&path={escaped}"),
                (HttpMethod.Get, $"{Ajax}/logged-models/{model}/artifacts/files?artifact_file_path={escaped}"),
                (HttpMethod.Post, $"{Ajax}/upload-artifact?run_uuid={run}&path={escaped}"),
            })
            {
                var refusal = await node.RefusedAsync(method, at, method == HttpMethod.Post ? new { } : null);
                Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (refusal.Status, refusal.Code));
            }
        }

        Assert.False((await node.GetAsync($"{MlflowNode.Api}/artifacts/list?run_id={run}")).TryGetProperty("files", out _));
    }

    [Fact]
    public async Task Upload_WhatStockRefuses_IsRefusedAndStoresNothing()
    {
        var run = await node.NewRunAsync();
        const int most = 10 * 1024 * 1024;

        Assert.Equal(HttpStatusCode.BadRequest, await UploadAsync(run, "large", new byte[most + 1]));
        Assert.Equal(HttpStatusCode.BadRequest, await UploadAsync(run, "large", new byte[most + 1], chunked: true));
        Assert.Equal(HttpStatusCode.BadRequest, await UploadAsync(run, "empty", []));
        Assert.Equal(HttpStatusCode.BadRequest, await UploadAsync(run, "form", [1], type: "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.Forbidden, await UploadAsync(run, "foreign", [1], type: "text/plain", site: "cross-site"));
        Assert.Equal(HttpStatusCode.NotFound, await UploadAsync(new string('0', 32), "x", [1]));
        Assert.False((await node.GetAsync($"{MlflowNode.Api}/artifacts/list?run_id={run}")).TryGetProperty("files", out _));
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(run, "largest", new byte[most], site: "same-origin"));
    }

    [Fact]
    public async Task AnyPath_OfALockedNode_AsksForAKeyAndTakesItAsBasicPassword()
    {
        foreach (var path in new[] { "/get-artifact?run_id=x&path=x", "/model-versions/get-artifact?name=x&version=1&path=x", $"{Ajax}/logged-models/x/artifacts/files?artifact_file_path=x" })
        {
            using var without = await locked.GetAsync(path);
            using var with = await locked.GetAsync(path, headers => headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"anyone:{LockedNode.CallerKey}"))));
            Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
            Assert.NotEqual(HttpStatusCode.Unauthorized, with.StatusCode);
        }

        using var upload = await locked.Http.PostAsync(new Uri(locked.Node.HttpAddress, $"{Ajax}/upload-artifact?run_uuid=x&path=x"), new StringContent("x"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, upload.StatusCode);
    }

    [Fact]
    public async Task Get_ForeignHostName_IsRefusedByANodeWithoutKeys()
    {
        foreach (var path in new[] { "/get-artifact?run_id=x&path=x", "/model-versions/get-artifact?name=x&version=1&path=x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(path));
            request.Headers.Host = "rebound.example:8080";
            using var reply = await node.Http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        }
    }

    private Uri At(string path) => new(node.Node.HttpAddress, path);

    private async Task<string> TextAsync(string path)
    {
        using var reply = await node.Http.GetAsync(At(path), Cancel);
        var text = await reply.Content.ReadAsStringAsync(Cancel);
        Assert.True(reply.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("attachment", reply.Content.Headers.ContentDisposition?.DispositionType);
        return text;
    }

    private async Task<HttpStatusCode> UploadAsync(string run, string path, byte[] bytes, bool chunked = false, string? type = null, string? site = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At($"{Ajax}/upload-artifact?run_uuid={run}&path={Uri.EscapeDataString(path)}")) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        request.Headers.TransferEncodingChunked = chunked ? true : null;

        // Otherwise a refusal before the body is read can end the connection under its sender.
        request.Headers.ExpectContinue = !chunked;
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        using var reply = await node.Http.SendAsync(request, Cancel);
        return reply.StatusCode;
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Post_FromAPageOfAnotherSite_IsRefusedEvenWithoutABody(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At($"{MlflowNode.Api}/runs/create"));
        request.Headers.Add(header, value);

        using var reply = await node.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
    }

    private async Task<(string Experiment, string Model)> NewModelAsync()
    {
        var experiment = await node.NewExperimentAsync();
        var model = (await node.PostAsync($"{MlflowNode.Api}/logged-models", new { experiment_id = experiment, name = "net" })).GetProperty("model").GetProperty("info").GetProperty("model_id").GetString()!;
        using var put = await node.Http.PutAsync(At($"{MlflowNode.Artifacts}/{experiment}/models/{model}/artifacts/MLmodel"), new StringContent("flavor"), Cancel);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        return (experiment, model);
    }
}
