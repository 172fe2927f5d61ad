using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Processes;

public sealed class ConfigurationTests(RunningNode node) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_SettingsOfWorkingFolder_HaveNoSay()
    {
        await File.WriteAllTextAsync(
            _folder.At("appsettings.json"),
            $$"""{ "Mlops": { "Http": {{node.Process.HttpPort}}, "Grpc": "nonsense" }, "Urls": "http://127.0.0.1:1" }""",
            TestContext.Current.CancellationToken);

        await using var other = ServerProcess.Run(_folder.Path, [], ("MLOPS_HTTP", "0"), ("Mlops__Grpc", "0"), ("ASPNETCORE_URLS", "http://127.0.0.1:1"));
        await other.WaitUntilReadyAsync();

        Assert.Contains(other.Output, line => line.EndsWith(_folder.At("mlops-data"), StringComparison.Ordinal));
        Assert.Empty(other.Errors);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("demo", "--help")]
    [InlineData("health", "--http", "1", "--help")]
    public async Task Help_Asked_NamesEveryOption(params string[] arguments)
    {
        await using var help = ServerProcess.Run(_folder.Path, arguments);

        Assert.Equal(0, await help.WaitForExitAsync());
        var text = string.Join('\n', help.Output);
        Assert.All(["--data DIR", "--http PORT", "--grpc PORT", "--orleans-gateway PORT", "--verbose", "MLOPS_DATA"], option => Assert.Contains(option, text, StringComparison.Ordinal));
    }
}
