using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Security;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class KeyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "ci")]
    [InlineData(true, "ci", "--operator")]
    [InlineData(true, "--operator", "ci")]
    public async Task Key_GoodName_PrintsKeyOnceAndLinesThatANodeTakes(bool isOperator, params string[] arguments)
    {
        await using var command = ServerProcess.Run(_folder.Path, ["key", .. arguments]);

        Assert.Equal(0, await command.WaitForExitAsync());
        Assert.Empty(command.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        var key = Assert.Single(command.Output, line => line.Contains("mlops_", StringComparison.Ordinal));
        var lines = command.Output.Where(line => line.StartsWith("Mlops__", StringComparison.Ordinal)).Select(line => line.Split('=', 2));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(lines.ToDictionary(line => line[0].Replace("__", ":", StringComparison.Ordinal), line => (string?)line[1])).Build();
        var taken = Assert.Single(NodeSettings.Read([], configuration).ApiKeys);
        Assert.Equal(("ci", ApiKeyText.HashText(key), isOperator), (taken.Name, taken.Sha256, taken.Operator));
        var element = JsonSerializer.Deserialize<ApiKey>(command.Output[^1])!;
        Assert.Equal((taken.Name, taken.Sha256, taken.Operator), (element.Name, element.Sha256, element.Operator));
    }

    [Fact]
    public async Task Key_WithEndpoints_PrintsLinesThatLimitIt()
    {
        await using var command = ServerProcess.Run(_folder.Path, ["key", "--endpoint", "mine", "ci", "--endpoint", "team/yours"]);

        Assert.Equal(0, await command.WaitForExitAsync());
        var lines = command.Output.Where(line => line.StartsWith("Mlops__", StringComparison.Ordinal)).Select(line => line.Split('=', 2));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(lines.ToDictionary(line => line[0].Replace("__", ":", StringComparison.Ordinal), line => (string?)line[1])).Build();
        Assert.Equal(["mine", "team/yours"], Assert.Single(NodeSettings.Read([], configuration).ApiKeys).Endpoints);
        Assert.Equal(["mine", "team/yours"], JsonSerializer.Deserialize<ApiKey>(command.Output[^1])!.Endpoints);
    }

    [Theory]
    [InlineData]
    [InlineData("a", "--endpoint")]
    [InlineData("a", "--endpoint", "--operator")]
    [InlineData("a", "--endpoint", "mine", "--operator")]
    [InlineData("a", "--endpoint", "mlops_secret/b/c")]
    [InlineData("--operator")]
    [InlineData("a", "b")]
    [InlineData("--help")]
    [InlineData("mlops_secret")]
    [InlineData("a", "--operator", "--operator")]
    public async Task Key_BadArguments_AreRefusedUnrepeated(params string[] arguments)
    {
        await using var command = ServerProcess.Run(_folder.Path, ["key", .. arguments]);

        Assert.Equal(2, await command.WaitForExitAsync());
        Assert.Empty(command.Output);
        Assert.DoesNotContain("secret", Assert.Single(command.Errors), StringComparison.Ordinal);
    }
}
