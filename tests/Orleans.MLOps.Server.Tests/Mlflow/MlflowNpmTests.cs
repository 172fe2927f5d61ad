using System.Diagnostics;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>The npm package mlflow, a client that others made. <c>tests/run.sh</c> installs it.</summary>
public sealed class MlflowNpmTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private static readonly string Peers = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "peers"));

    [Fact]
    public async Task Client_WholeRun_SeesWhatItLogged()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Peers, "node_modules", "mlflow")), "The npm package mlflow is not installed; tests/run.sh installs it where Node.js is.");
        var start = new ProcessStartInfo("node", [Path.Combine(Peers, "mlflow-client.js"), node.Node.HttpAddress.ToString().TrimEnd('/')]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await errors);
        var expected = new
        {
            again = new object[] { 400, "RESOURCE_ALREADY_EXISTS" },
            changed = new object[] { 400, "INVALID_PARAMETER_VALUE" },
            missing = new object[] { 404, "RESOURCE_DOES_NOT_EXIST" },
            history = Enumerable.Range(1, 5).Select(i => 1.0 / i),
            found = 1,
            hidden = 0,
            root = true,
            renamed = true,
            stage = "deleted",
            status = "FINISHED",
            end = 1_700_000_001_000,
            @params = new Dictionary<string, string> { ["depth"] = "3", ["rate"] = "0.1" },
            tags = new[] { "by", "phase" },
            metrics = new Dictionary<string, double> { ["accuracy"] = 0.75, ["loss"] = 0.2 },
        };
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(JsonElement.Parse(await output)));
    }
}
