using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.Capture;

/// <summary>What is recorded of the source, and the heartbeats while the body is at work.</summary>
public sealed class SourceAndHeartbeatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-source-").FullName;
    private readonly CapturedRecord _record = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_FolderUnderGit_RecordsItsCommitAndWhetherFilesDiffer()
    {
        Assert.SkipUnless(await GitAsync("init", "--quiet") is not null, "There is no git here.");
        await File.WriteAllTextAsync(Path.Combine(_folder, "train.cs"), "1", Token);
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "first");
        var commit = (await GitAsync("rev-parse", "HEAD"))!.Trim();

        await RunAsync();
        Assert.Equal(40, commit.Length);
        Assert.Equal((commit, commit, "false"), (_record.Started!.GitCommit, _record.Started.Tags["mlflow.source.git.commit"], _record.Started.Tags["mlops.git.dirty"]));

        await File.WriteAllTextAsync(Path.Combine(_folder, "train.cs"), "2", Token);
        await RunAsync();
        Assert.Equal((commit, "true"), (_record.Started!.GitCommit, _record.Started.Tags["mlops.git.dirty"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_FolderWithoutGit_RecordsNoCommit(bool exists)
    {
        await RunAsync(exists ? _folder : Path.Combine(_folder, "missing"));

        Assert.Null(_record.Started!.GitCommit);
        Assert.DoesNotContain("mlops.git.dirty", _record.Started.Tags.Keys);
        Assert.Equal(RunStatus.Finished, _record.Ended);
    }

    [Fact]
    public async Task RunAsync_WhileTheBodyWorks_BeatsThreeTimesAsOftenAsPromisedAlsoAfterAFailure()
    {
        var clock = new FakeTimeProvider();
        var beats = new SemaphoreSlim(0);
        var beaten = 0;
        _record.Trouble = method =>
        {
            if (method != nameof(IExperimentsClient.HeartbeatAsync))
            {
                return Task.CompletedTask;
            }

            Interlocked.Increment(ref beaten);
            beats.Release();
            return beaten == 2 ? Task.FromException(new UnavailableException("away")) : Task.CompletedTask;
        };

        await _record.Client().RunAsync(
            "mine",
            "config",
            async (_, token) =>
            {
                for (var beat = 1; beat <= 4; beat++)
                {
                    clock.Advance(TimeSpan.FromSeconds(9));
                    Assert.Equal(beat - 1, Volatile.Read(ref beaten));
                    clock.Advance(TimeSpan.FromSeconds(1));
                    await beats.WaitAsync(token);
                }

                return 1;
            },
            new CaptureOptions { SampleEvery = TimeSpan.Zero, HeartbeatWithin = TimeSpan.FromSeconds(30), Clock = clock },
            Token);
        clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(4, beaten);
        Assert.Equal(TimeSpan.FromSeconds(30), _record.Started!.HeartbeatWithin);
        Assert.Equal(RunStatus.Finished, _record.Ended);
    }

    public void Dispose()
    {
        // Git writes its objects read-only.
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private Task<CapturedRun<int>> RunAsync(string? folder = null) => _record.Client().RunAsync(
        "mine", "config", (_, _) => Task.FromResult(1), new CaptureOptions { SampleEvery = TimeSpan.Zero, SourceFolder = folder ?? _folder }, Token);

    private async Task<string?> GitAsync(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", _folder, .. arguments]) { RedirectStandardOutput = true })!;
            var output = await git.StandardOutput.ReadToEndAsync(Token);
            await git.WaitForExitAsync(Token);
            Assert.Equal(0, git.ExitCode);
            return output;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
