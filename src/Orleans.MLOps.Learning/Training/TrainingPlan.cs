using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Everything that decides how a network is trained. On one kind of processor the trained weights are bit for bit a function of plan
/// (shard count apart), rows and start.
/// </summary>
public sealed record TrainingPlan
{
    /// <summary>The network to train.</summary>
    public required TabularNetworkSpec Network { get; init; }

    /// <summary>Step size of Adam (Kingma and Ba 2015). Default: 0.001, the paper's.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the mean of gradients. Default: 0.9, the paper's.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the mean of squared gradients. Default: 0.999, the paper's.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the denominator of a step. Default: 1e-8, the paper's.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Decoupled weight decay a step, in units of the learning rate (Loshchilov and Hutter 2019). Default: 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Rows a step over all shards together. Default: 1024.</summary>
    public int BatchSize { get; init; } = 1024;

    /// <summary>Passes over the rows. Default: 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Ends the training after this many steps even inside an epoch. Default: null, no such limit.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>
    /// Parts into which every batch is cut; their gradients are summed in a fixed tree, so the result does not depend on how many
    /// shards compute them. A power of two in [1, 64]. Default: 4.
    /// </summary>
    public int VirtualShards { get; init; } = 4;

    /// <summary>Threads that train together; a power of two that divides <see cref="VirtualShards"/>. Default: 1.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Seed of initial weights, order of rows and dropout. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Steps between two checkpoints; 0 makes none. Default: 0.</summary>
    public int CheckpointEverySteps { get; init; }

    /// <summary>Steps between two progress reports. Default: 50.</summary>
    public int ProgressEverySteps { get; init; } = 50;

    /// <summary>
    /// Rows at the end of the training set that are not trained on but judged after every epoch; the weights of the epoch with the
    /// lowest loss are the result. Default: 0, no such rows, the last weights are the result.
    /// </summary>
    public int EvaluationRows { get; init; }

    /// <summary>Epochs in a row without a lower evaluation loss after which training stops; 0 never stops early. Default: 0.</summary>
    public int Patience { get; init; }

    /// <summary>Steps of one epoch over a set: the last batch of an epoch may be smaller.</summary>
    /// <param name="rows">Rows of the whole training set, evaluation rows included.</param>
    /// <returns>Number of steps, at least 1.</returns>
    public long StepsPerEpoch(int rows) => (rows - EvaluationRows + (long)BatchSize - 1) / BatchSize;

    /// <summary>Steps of the whole training unless it stops early.</summary>
    /// <param name="rows">Rows of the whole training set, evaluation rows included.</param>
    /// <returns>Number of steps.</returns>
    public long TotalSteps(int rows) => Math.Min(StepsPerEpoch(rows) * Epochs, MaxSteps ?? long.MaxValue);

    /// <summary>Checks every rule that the properties state.</summary>
    /// <exception cref="ArgumentException">A rule is broken; the message names the option, what was given and what is allowed.</exception>
    public void Validate()
    {
        Network.Validate();
        Require(float.IsFinite(LearningRate) && LearningRate > 0f, nameof(LearningRate), LearningRate, "finite and above 0");
        Require(Beta1 is >= 0f and < 1f, nameof(Beta1), Beta1, "in [0, 1)");
        Require(Beta2 is >= 0f and < 1f, nameof(Beta2), Beta2, "in [0, 1)");
        Require(float.IsFinite(Epsilon) && Epsilon > 0f, nameof(Epsilon), Epsilon, "finite and above 0");
        Require(float.IsFinite(WeightDecay) && WeightDecay >= 0f, nameof(WeightDecay), WeightDecay, "finite and at least 0");
        Require(BatchSize is >= 1 and <= 1 << 20, nameof(BatchSize), BatchSize, "in [1, 1048576]");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(MaxSteps is null or >= 1, nameof(MaxSteps), MaxSteps ?? 0, "at least 1");
        Require(IsPowerOfTwo(VirtualShards) && VirtualShards <= 64, nameof(VirtualShards), VirtualShards, "a power of two in [1, 64]");
        Require(
            IsPowerOfTwo(Shards) && Shards <= VirtualShards, nameof(Shards), Shards, $"a power of two that divides the {VirtualShards} virtual shards");
        Require(CheckpointEverySteps >= 0, nameof(CheckpointEverySteps), CheckpointEverySteps, "at least 0");
        Require(ProgressEverySteps >= 1, nameof(ProgressEverySteps), ProgressEverySteps, "at least 1");
        Require(EvaluationRows >= 0, nameof(EvaluationRows), EvaluationRows, "at least 0");
        Require(Patience >= 0 && (Patience == 0 || EvaluationRows > 0), nameof(Patience), Patience, "0, or above 0 with evaluation rows");
    }

    /// <summary>
    /// Digest of everything that decides the weights after a given step: a checkpoint may only be continued by a plan of the same
    /// trajectory. Shard count, length of the training and reporting are not part of it.
    /// </summary>
    /// <param name="rows">Rows of the whole training set, evaluation rows included.</param>
    /// <returns>64 hex digits.</returns>
    public string Trajectory(int rows)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"1|{Network.ToJson()}|{LearningRate:R}|{Beta1:R}|{Beta2:R}|{Epsilon:R}|{WeightDecay:R}|{BatchSize}|{VirtualShards}|{Seed}|{EvaluationRows}|{rows}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static bool IsPowerOfTwo(int value) => value > 0 && (value & (value - 1)) == 0;

    private static void Require<T>(bool holds, string option, T given, string allowed)
    {
        if (!holds)
            throw new ArgumentException($"{option} is {given}; it must be {allowed}.");
    }
}
