using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Tests.Serving;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Processes;

public sealed class DeployCommandTests(ServingNode node) : IClassFixture<ServingNode>
{
    [Fact]
    public async Task Deploy_FileOfAPlan_ChangesTheEndpointOfARunningNode()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("twice.yaml");
        await File.WriteAllTextAsync(file, "name: twice\nmodel: mlp\nvariants:\n  - {name: main, version: 1, weight: 3}\n  - {name: same, version: 1}\n", Cancel);

        await using var deploy = ServerProcess.Run(folder.Path, ["deploy", file, "--to", node.Node.GrpcAddress.ToString()]);

        Assert.Equal(0, await deploy.WaitForExitAsync());
        Assert.Contains("endpoint default/twice is at revision 1", string.Join('\n', deploy.Output), StringComparison.Ordinal);
        using var client = MlopsGrpcClient.Connect(node.Node.GrpcAddress.ToString());
        Assert.Equal([("main", 3), ("same", 1)], (await client.Serving.GetAsync("twice", cancellationToken: Cancel)).Variants.Select(variant => (variant.Name, variant.Weight)));
    }

    [Theory]
    [InlineData(2, "takes a FILE")]
    [InlineData(2, "takes a FILE", "--to", "http://127.0.0.1:1")]
    [InlineData(2, "bad.yaml: Line 1, column 1: The specification has no field 'nmae'", "bad.yaml")]
    [InlineData(1, "gone.yaml", "gone.yaml")]
    [InlineData(1, "Invalid URI", "good.yaml", "--to", "nowhere")]
    public async Task Deploy_WhatCannotBe_IsOneSentence(int code, string said, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("bad.yaml"), "nmae: x", Cancel);
        await File.WriteAllTextAsync(folder.At("good.yaml"), "{name: x, model: x, variants: [{name: a, version: 1}]}", Cancel);

        await using var deploy = ServerProcess.Run(folder.Path, ["deploy", .. arguments]);

        Assert.Equal(code, await deploy.WaitForExitAsync());
        Assert.Contains(said, Assert.Single(deploy.Errors), StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
