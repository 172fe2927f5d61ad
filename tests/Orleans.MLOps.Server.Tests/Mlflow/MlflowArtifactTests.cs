using System.Net;
using System.Security.Cryptography;

namespace Orleans.MLOps.Server.Tests.Mlflow;

public sealed class MlflowArtifactTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_ManyMegabytes_ComeBackByteForByte()
    {
        var run = await node.NewRunAsync("0");
        var bytes = RandomNumberGenerator.GetBytes(40_000_000);

        Assert.Equal(HttpStatusCode.OK, await PutAsync($"0/{run}/artifacts/deep/er/größe 1.bin", bytes));

        using var reply = await node.Http.GetAsync(At($"0/{run}/artifacts/deep/er/größe 1.bin"), Cancel);
        Assert.Equal(bytes.Length, reply.Content.Headers.ContentLength);
        Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("x-content-type-options")));
        var received = await reply.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(bytes.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task List_Folders_AreNamedOnceAndFilesByTheirLastPart()
    {
        var run = await node.NewRunAsync("0");
        foreach (var path in new[] { "a/1", "a/2", "a-b/3", "a.txt" })
        {
            await PutAsync($"0/{run}/artifacts/{path}", [1, 2, 3]);
        }

        Assert.Equal(["a|True", "a-b|True", "a.txt|False"], await ListAsync($"{MlflowNode.Artifacts}?path=0/{run}/artifacts"));
        Assert.Equal(["1|False", "2|False"], await ListAsync($"{MlflowNode.Artifacts}?path=0/{run}/artifacts/a"));
        Assert.Equal(["a/1|False", "a/2|False"], await ListAsync($"{MlflowNode.Api}/artifacts/list?run_id={run}&path=a"));
    }

    [Fact]
    public async Task Put_FileWhereAFolderIsOrBelowAFile_IsRefused()
    {
        var run = await node.NewRunAsync("0");
        Assert.Equal(HttpStatusCode.OK, await PutAsync($"0/{run}/artifacts/model/a/MLmodel", [1]));
        Assert.Equal(HttpStatusCode.OK, await PutAsync($"0/{run}/artifacts/model/a/MLmodel", [2]));

        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync($"0/{run}/artifacts/model", [1]));
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync($"0/{run}/artifacts/model/a", [1]));
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync($"0/{run}/artifacts/model/a/MLmodel/x/y", [1]));
        Assert.Equal(HttpStatusCode.OK, await PutAsync($"0/{run}/artifacts/model/a0", [1]));
        Assert.Equal(["a|True", "a0|False"], await ListAsync($"{MlflowNode.Artifacts}?path=0/{run}/artifacts/model"));
    }

    [Fact]
    public async Task Delete_Folder_TakesItsFilesAndOnlyThem()
    {
        var run = await node.NewRunAsync("0");
        foreach (var path in new[] { "a/1", "a/b/2", "ab/3" })
        {
            await PutAsync($"0/{run}/artifacts/{path}", [1]);
        }

        using var reply = await node.Http.DeleteAsync(At($"0/{run}/artifacts/a"), Cancel);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(["ab|True"], await ListAsync($"{MlflowNode.Artifacts}?path=0/{run}/artifacts"));
        var again = await node.RefusedAsync(HttpMethod.Delete, $"{MlflowNode.Artifacts}/0/{run}/artifacts/a");
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Get_MissingFile_IsNotFoundSoThatClientsDoNotRepeat()
    {
        var run = await node.NewRunAsync("0");

        var refusal = await node.RefusedAsync(HttpMethod.Get, $"{MlflowNode.Artifacts}/0/{run}/artifacts/none");

        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), (refusal.Status, refusal.Code));
    }

    private Uri At(string path) => new(node.Node.HttpAddress, $"{MlflowNode.Artifacts}/{path}");

    private async Task<HttpStatusCode> PutAsync(string path, byte[] bytes)
    {
        using var reply = await node.Http.PutAsync(At(path), new ByteArrayContent(bytes), Cancel);
        return reply.StatusCode;
    }

    private async Task<string[]> ListAsync(string path) =>
        [.. (await node.GetAsync(path)).GetProperty("files").EnumerateArray().Select(file => $"{file.GetProperty("path").GetString()}|{file.GetProperty("is_dir").GetBoolean()}")];
}
