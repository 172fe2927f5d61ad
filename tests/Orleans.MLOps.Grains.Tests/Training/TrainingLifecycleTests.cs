using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingLifecycleTests
{
    private static readonly DateTimeOffset Now = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BlobRef Blob = new() { Digest = "checkpoint", Length = 1 };

    [Fact]
    public void Push_StaleGeneration_ChangesNothing()
    {
        var state = Running();
        TrainingLifecycle.Resume(state);
        TrainingLifecycle.Start(state, 2, []);

        Assert.False(TrainingLifecycle.Start(state, 1, []));
        Assert.False(TrainingLifecycle.Checkpoint(state, 1, 40, Blob));
        Assert.False(TrainingLifecycle.Train(state, 1, new JobProgress { Step = 80 }, Blob));
        Assert.False(TrainingLifecycle.End(state, 1, new JobOutcome { Status = TrainingStatus.Failed }, Now));

        Assert.Equal((TrainingStatus.Running, 2, 0L, null, null), (state.Status, state.Generation, state.CheckpointStep, state.Checkpoint, state.Weights));
    }

    [Fact]
    public void Resume_AfterACheckpoint_CountsAndRaisesTheGeneration()
    {
        var state = Running();
        TrainingLifecycle.Checkpoint(state, 1, 40, Blob);

        TrainingLifecycle.Resume(state);

        Assert.Equal((TrainingStatus.Queued, 2, 1, 40L), (state.Status, state.Generation, state.ResumedCount, state.CheckpointStep));
    }

    [Fact]
    public void Resume_BeforeTheFirstCheckpoint_IsAFreshStart()
    {
        var state = Running();

        TrainingLifecycle.Resume(state);

        Assert.Equal((2, 0), (state.Generation, state.ResumedCount));
    }

    [Fact]
    public void End_Twice_KeepsTheFirstEnd()
    {
        var state = Running();
        TrainingLifecycle.Checkpoint(state, 1, 40, Blob);

        Assert.True(TrainingLifecycle.End(state, 1, new JobOutcome { Status = TrainingStatus.Cancelled, Reason = "first" }, Now));
        Assert.False(TrainingLifecycle.End(state, 1, new JobOutcome { Status = TrainingStatus.Completed }, Now));

        Assert.Equal((TrainingStatus.Cancelled, "first", null), (state.Status, state.Reason, state.Checkpoint));
    }

    [Fact]
    public void Checkpoint_OlderThanTheLast_ChangesNothingAndGoesOn()
    {
        var state = Running();
        TrainingLifecycle.Checkpoint(state, 1, 40, Blob);

        Assert.True(TrainingLifecycle.Checkpoint(state, 1, 20, new BlobRef { Digest = "older", Length = 1 }));

        Assert.Equal((40L, "checkpoint"), (state.CheckpointStep, state.Checkpoint!.Digest));
    }

    private static TrainingJobState Running()
    {
        var spec = new TrainingJobSpec { Name = "n", FrameDigest = "f", Network = new NetworkOptions() };
        var state = TrainingLifecycle.Accept(spec, 1, Now);
        TrainingLifecycle.Start(state, 1, []);
        return state;
    }
}
