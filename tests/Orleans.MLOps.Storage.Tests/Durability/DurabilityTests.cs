using System.Diagnostics;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Durability;

/// <summary>Watches a real process from outside: no ACK before the disk was told to keep what it acknowledges.</summary>
public sealed class DurabilityTests : IDisposable
{
    private static readonly string[] Stores = ["table", "blob", "log"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Acknowledgements_OfEveryStore_ComeAfterTheFlush()
    {
        var calls = await TraceAsync(early: "");
        Assert.Empty(Stores.SelectMany(store => Enumerable.Range(1, DurabilityChild.Rounds).SelectMany(n => DurabilityRules.Violations(calls, store, n))));
    }

    [Fact]
    public async Task Acknowledgements_GivenEarlyOnPurpose_AreFound()
    {
        var calls = await TraceAsync(early: "blob");
        Assert.All(Enumerable.Range(1, DurabilityChild.Rounds), n => Assert.NotEmpty(DurabilityRules.Violations(calls, "blob", n)));
        Assert.Empty(DurabilityRules.Violations(calls, "table", 1));
    }

    [Theory]
    [InlineData("table", "1 pwrite64(5</d/tables.db-wal>, \"x\", 1, 0) = 1;1 fdatasync(5</d/tables.db-wal>) = 0", true)]
    [InlineData("table", "1 pwrite64(5</d/tables.db-wal>, \"x\", 1, 0) = 1", false)]
    [InlineData("table", "1 fdatasync(5</d/tables.db-wal>) = 0;1 pwrite64(5</d/tables.db-wal>, \"x\", 1, 0) = 1", false)]
    [InlineData("table", "1 pwrite64(5</d/tables.db-wal>, \"x\", 1, 0) = 1;1 fdatasync(5</d/other.db-wal>) = 0", false)]
    [InlineData("table", "1 pwrite64(5</d/tables.db-wal>, \"x\", 1, 0) = 1;1 fdatasync(5</d/tables.db-wal>) = -1 EIO (Input/output error)", false)]
    [InlineData("table", "1 pwrite64(5</d/tables.db-wal>, \"x\", 1, 0) = 1;1 fdatasync(5</d/tables.db-wal> <unfinished ...>;ACK;1 <... fdatasync resumed>) = 0", false)]
    [InlineData("log", "1 pwrite64(5</d/logs/a/0000000001.log>, \"x\", 1, 0) = 1;2 fsync(5</d/logs/a/0000000001.log>) = 0", true)]
    [InlineData("blob", "1 write(5</d/.staging/u>, \"x\", 1) = 1;1 fsync(6</d/.staging/u>) = 0;1 rename(\"/d/.staging/u\", \"/d/ab/c\") = 0;1 fsync(7</d/ab>) = 0", true)]
    [InlineData("blob", "1 write(5</d/.staging/u>, \"x\", 1) = 1;1 fsync(6</d/.staging/u>) = 0;1 rename(\"/d/.staging/u\", \"/d/ab/c\") = 0", false)]
    [InlineData("blob", "1 write(5</d/.staging/u>, \"x\", 1) = 1;1 rename(\"/d/.staging/u\", \"/d/ab/c\") = 0;1 fsync(7</d/ab>) = 0", false)]
    [InlineData("blob", "1 write(5</d/.staging/u>, \"x\", 1) = 1;1 fsync(6</d/.staging/u>) = 0;1 mkdir(\"/d/ab\", 0777) = 0;1 rename(\"/d/.staging/u\", \"/d/ab/c\") = 0;1 fsync(7</d/ab>) = 0", false)]
    public void Violations_WrittenTraces_AreJudgedRightly(string store, string trace, bool durable)
    {
        var ack = $"9 write(1<pipe:[1]>, \"ACK {store} 1\\n\", 10) = 10";
        string[] lines = [$"9 write(1<pipe:[1]>, \"TRY {store} 1\\n\", 10) = 10", .. trace.Split(';').Select(l => l == "ACK" ? ack : l), ack];
        Assert.Equal(durable, DurabilityRules.Violations(TraceCall.Parse(lines), store, 1).Count == 0);
    }

    private async Task<List<TraceCall>> TraceAsync(string early)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/strace"))
        {
            Assert.Skip("strace is not installed; run tests/run.sh, which installs it on Debian.");
        }

        var trace = _folder["trace"];
        var start = new ProcessStartInfo("/usr/bin/strace")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])
        [
            "-f", "-y", "-s", "64", "-o", trace, "-e", "trace=write,pwrite64,pwritev,writev,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat",
            Environment.ProcessPath!, .. ManagedHostArguments(),
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[DurabilityChild.FolderVariable] = _folder["data"];
        start.Environment[DurabilityChild.EarlyVariable] = early;
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await using var killer = limit.Token.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        if (errors.Contains("PTRACE", StringComparison.Ordinal))
        {
            Assert.Skip($"This machine does not allow tracing: {errors.Trim()}");
        }

        Assert.True(process.ExitCode == 0, $"The child ended with {process.ExitCode}: {errors}");
        Assert.EndsWith($"ACK log {DurabilityChild.Rounds}\n", await output, StringComparison.Ordinal);
        return TraceCall.Parse(await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken));
    }

    /// <summary>Under <c>dotnet X.dll</c> the process is the host and needs the assembly named.</summary>
    private static string[] ManagedHostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(DurabilityTests).Assembly.Location] : [];
}
