using Microsoft.Data.Sqlite;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Processes;

/// <summary>Whatever is wrong at start ends at once with one sentence on stderr.</summary>
public sealed class RefusalTests(RunningNode node) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Start_HttpPortInUse_NamesPortAndOption() =>
        RefusesAsync(1, $"Port {node.Process.HttpPort} for HTTP is in use; choose another with --http", "--data", _folder.At("data"), "--http", $"{node.Process.HttpPort}", "--grpc", "0");

    [Fact]
    public Task Start_GrpcPortInUse_NamesPortAndOption() =>
        RefusesAsync(1, $"Port {node.Process.GrpcPort} for gRPC is in use; choose another with --grpc", "--data", _folder.At("data"), "--http", "0", "--grpc", $"{node.Process.GrpcPort}");

    [Fact]
    public Task Start_GatewayPortInUse_NamesPortAndOption() =>
        RefusesAsync(1, "choose another with --orleans-gateway", "--data", _folder.At("data"), "--http", "0", "--grpc", "0", "--orleans-gateway", $"{node.Process.GrpcPort}");

    [Fact]
    public Task Start_FolderOfRunningNode_NamesItsProcess() =>
        RefusesAsync(1, $"{node.DataFolder} is in use by another node (process {node.Process.Id},", "--data", node.DataFolder, "--http", "0", "--grpc", "0");

    [Fact]
    public Task Start_DataPathIsFile_SaysSo()
    {
        File.WriteAllText(_folder.At("file"), "x");
        return RefusesAsync(1, $"The data folder {_folder.At("file")} is a file", "--data", _folder.At("file"), "--http", "0", "--grpc", "0");
    }

    [Fact]
    public Task Start_UnwritableDataPath_SaysSo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        return RefusesAsync(1, "The data folder /proc/mlops cannot be created", "--data", "/proc/mlops", "--http", "0", "--grpc", "0");
    }

    [Theory]
    [InlineData("tables.db")]
    [InlineData("orleans.db")]
    public Task Start_DatabaseOfNewerProgram_SaysSo(string file)
    {
        Execute(file, "CREATE TABLE schema_version (version integer PRIMARY KEY, name text NOT NULL, applied_us bigint NOT NULL); INSERT INTO schema_version VALUES (999, 'later', 0)");
        return RefusesAsync(1, "schema version 999", "--data", _folder.Path, "--http", "0", "--grpc", "0");
    }

    [Theory]
    [InlineData("tables.db")]
    [InlineData("orleans.db")]
    public Task Start_DatabaseIsGarbage_SaysWhichFile(string file)
    {
        File.WriteAllText(_folder.At(file), new string('x', 4096));
        return RefusesAsync(1, file, "--data", _folder.Path, "--http", "0", "--grpc", "0");
    }

    [Fact]
    public Task Start_UnknownOption_ListsKnownOnes() => RefusesAsync(2, "Unknown option '--frobnicate'; known are --data", "--frobnicate");

    [Fact]
    public async Task HealthCommand_NobodyThere_ExitsOne()
    {
        // The gRPC port of a node speaks HTTP/2 only, so no HTTP/1.1 answer can come from it, and nobody else can take it.
        await using var health = ServerProcess.Run(_folder.Path, ["health", "--http", $"{node.Process.GrpcPort}"]);

        Assert.Equal(1, await health.WaitForExitAsync());
    }

    private void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.At(file)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task RefusesAsync(int exitCode, string message, params string[] arguments)
    {
        await using var process = ServerProcess.Run(_folder.Path, arguments);

        Assert.Equal(exitCode, await process.WaitForExitAsync());
        Assert.Contains(message, Assert.Single(process.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(" at Orleans.", process.Errors[0], StringComparison.Ordinal);
        Assert.Empty(process.Output);
    }
}
