using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Models;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Loads a job's frame and turns it into rows, network and plan: functions of spec and bytes, so a resumed job gets the same.</summary>
internal sealed class TrainingPreparation(FrameReader frames, IBlobStore blobs, IGrainFactory grains)
{
    private const int ProgressReports = 100;

    /// <summary>The version that a spec starts from, checked against it; null when it starts afresh.</summary>
    public async Task<ModelVersionInfo?> FindWarmStartAsync(TrainingJobSpec spec, CancellationToken cancellationToken)
    {
        if (spec.WarmStart is not { } text)
        {
            return null;
        }

        var key = ModelVersionKey.Parse(text);
        var model = grains.GetGrain<IModelGrain>(new ModelKey(key.Project, key.Model).ToString());
        var version = await model.GetVersion(key.Version, cancellationToken);
        NetworkFactory.Continue(TabularNetworkSpec.Parse(version.RequireWeights("warm_start").NetworkJson), spec);
        return version;
    }

    /// <summary>Loads the data and computes on a reserved training thread what follows from them.</summary>
    public async Task<PreparedTraining> LoadAsync(TrainingJobSpec spec, GangReservation reservation, CancellationToken cancellationToken)
    {
        var warm = await FindWarmStartAsync(spec, cancellationToken);
        var warmWeights = warm is null ? null : SafeTensorsFile.Read(await blobs.ReadOwnAsync(warm.RequireWeights("warm_start").Weights.Digest, $"version {warm.Version} of model '{warm.Model}'", cancellationToken)).Weights;
        var frame = await frames.ReadAsync(spec.FrameDigest, spec.Numeric, spec.Categorical, cancellationToken);
        PreparedTraining? prepared = null;
        await reservation.Run(() => prepared = Prepare(spec, frame, warm));
        return prepared! with { WarmWeights = warmWeights };
    }

    private static PreparedTraining Prepare(TrainingJobSpec spec, FrameData frame, ModelVersionInfo? warm)
    {
        var rows = TrainingRows.Select(frame, spec);
        var network = warm is null
            ? NetworkFactory.Create(frame, rows.Train, spec)
            : NetworkFactory.Continue(TabularNetworkSpec.Parse(warm.RequireWeights("warm_start").NetworkJson), spec);
        var encoder = new TabularEncoder(network);
        var set = new TrainingSet(
            PreparedTraining.Encode(encoder, frame, rows.Train),
            Array.ConvertAll(rows.Train, row => frame.Labels[row]),
            rows.Weigh(frame, spec));
        var plan = Plan(spec, network);
        return new PreparedTraining
        {
            Frame = frame,
            Rows = rows,
            Encoder = encoder,
            Set = set,
            Plan = plan with { ProgressEverySteps = ProgressEvery(plan.TotalSteps(set.Rows), spec.CheckpointEverySteps) },
        };
    }

    private static TrainingPlan Plan(TrainingJobSpec spec, TabularNetworkSpec network) => new()
    {
        Network = network,
        LearningRate = (float)spec.LearningRate,
        WeightDecay = (float)spec.WeightDecay,
        BatchSize = spec.BatchSize,
        Epochs = spec.Epochs,
        MaxSteps = spec.MaxSteps,
        VirtualShards = spec.VirtualShards,
        Shards = spec.Shards,
        Seed = spec.Seed,
        CheckpointEverySteps = spec.CheckpointEverySteps,
    };

    /// <summary>Reports are windows of steps; a whole number of them between checkpoints lets a resumed job report the same windows.</summary>
    private static int ProgressEvery(long totalSteps, int checkpointEvery)
    {
        var wanted = (int)Math.Clamp(totalSteps / ProgressReports, 1, checkpointEvery);
        while (checkpointEvery % wanted != 0)
        {
            wanted--;
        }

        return wanted;
    }
}
