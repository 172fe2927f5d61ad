using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class TrainingExecutorTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ThreeJobsOfFourShardsOnFiveSlots_AllFinish()
    {
        var executor = new TrainingExecutor(5);
        var data = SyntheticRows.Set(500);
        var jobs = Enumerable.Range(0, 3).Select(seed => ShardedTraining.Run(
            SyntheticRows.Plan(4, maxSteps: 30) with { Seed = seed }, data, executor, cancellation: Cancel));
        var results = await Task.WhenAll(jobs);
        Assert.All(results, result => Assert.Equal(30, result.Steps));
        Assert.Equal((5, 0), (executor.Free, executor.Queued));
    }

    [Fact]
    public async Task ReserveAsync_LargeGangFirstInLine_IsNotOvertaken()
    {
        var executor = new TrainingExecutor(4);
        var held = await executor.ReserveAsync(3, Cancel);
        var large = executor.ReserveAsync(4, Cancel).AsTask();
        var small = executor.ReserveAsync(1, Cancel).AsTask();
        Assert.Equal((1, 2), (executor.Free, executor.Queued));
        held.Dispose();
        held.Dispose();
        using (await large)
        {
            Assert.False(small.IsCompleted);
            Assert.Equal((0, 1), (executor.Free, executor.Queued));
        }

        (await small).Dispose();
        Assert.Equal((4, 0), (executor.Free, executor.Queued));
    }

    [Fact]
    public async Task ReserveAsync_HeadOfTheLineCancelled_AdmitsTheNext()
    {
        var executor = new TrainingExecutor(4);
        using var held = await executor.ReserveAsync(3, Cancel);
        using var stop = new CancellationTokenSource();
        var large = executor.ReserveAsync(4, stop.Token).AsTask();
        var small = executor.ReserveAsync(1, Cancel).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
        Assert.Equal((1, 0), (executor.Free, executor.Queued));
    }

    [Fact]
    public async Task Run_DisposedWhileWorking_FreesTheSlotsOnlyAtTheEnd()
    {
        var executor = new TrainingExecutor(2);
        using var release = new ManualResetEventSlim();
        var gang = await executor.ReserveAsync(2, Cancel);
        var work = gang.Run(() => release.Wait(Cancel));
        gang.Dispose();
        Assert.Equal(0, executor.Free);
        Assert.Throws<ObjectDisposedException>(() => { _ = gang.Run(() => { }); });
        release.Set();
        await work;
        Assert.Equal(2, executor.Free);
    }

    [Fact]
    public async Task Run_MoreWorksThanThreads_IsRefused()
    {
        var executor = new TrainingExecutor(2);
        using var release = new ManualResetEventSlim();
        using var gang = await executor.ReserveAsync(1, Cancel);
        var work = gang.Run(() => release.Wait(Cancel));
        Assert.Throws<InvalidOperationException>(() => { _ = gang.Run(() => { }); });
        release.Set();
        await work;
        await Assert.ThrowsAsync<IOException>(() => gang.Run(() => throw new IOException()));
    }

    [Fact]
    public async Task Run_OnLinux_LowersTheThreadOnly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "niceness of threads is Linux's");
        using var gang = await new TrainingExecutor(1).ReserveAsync(1, Cancel);
        string? inside = null;
        await gang.Run(() => inside = NiceOfThisThread());
        Assert.Equal("10", inside);
        Assert.NotEqual("10", NiceOfThisThread());

        static string NiceOfThisThread()
        {
            var stat = File.ReadAllText("/proc/thread-self/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16];
        }
    }
}
