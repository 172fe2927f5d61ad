using System.Numerics;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>What a job's spec must fulfil by itself, whatever the data are.</summary>
internal static class TrainingSpecCheck
{
    private const int MostColumns = 4096;
    private const int MostLayers = 16;
    private const int WidestLayer = 65_536;
    private const int MostVirtualShards = 64;
    private const string ViewForm = "a feature view's key, a colon and its version, view/project/name:1";
    private const int LargestBatch = 1 << 20;

    /// <summary>Weights, gradients and the optimiser's two moments of so many take 1.6 GB a shard.</summary>
    private const long MostParameters = 100_000_000;

    /// <param name="spec">The spec.</param>
    /// <param name="slots">Training threads of the silo.</param>
    /// <exception cref="InvalidInputException">A rule is broken; the message names field, value and rule.</exception>
    public static void Run(TrainingJobSpec spec, int slots)
    {
        ExperimentLimits.CheckName(spec.Project, "project");
        ExperimentLimits.CheckName(spec.Name, "name");
        ExperimentLimits.Check(new LogBatch { Tags = spec.Tags });
        CheckColumns(spec);
        CheckWindow(spec);
        CheckNetwork(spec.Network);
        CheckSize(spec);
        CheckSteps(spec, slots);
        CheckKeys(spec);
    }

    private static void CheckColumns(TrainingJobSpec spec)
    {
        string[] columns = [.. spec.Numeric, .. spec.Categorical];
        Require(columns.Length is > 0 and <= MostColumns, "numeric", columns.Length, $"1 to {MostColumns} feature columns, categorical ones included");
        Require(columns.All(name => !string.IsNullOrWhiteSpace(name)), "numeric", "an empty name", "names of columns");
        var repeated = columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        Require(repeated is null, "numeric", $"'{repeated?.Key}' twice", "each feature column once");
        Require(spec.FrameDigest is { Length: 64 } digest && digest.All(char.IsAsciiHexDigitLower), "frame_digest", $"'{spec.FrameDigest}'", "64 lower-case hex digits");
    }

    private static void CheckWindow(TrainingJobSpec spec)
    {
        if (spec is { TrainFrom: { } from, TrainTo: { } to })
        {
            Require(from < to, "train_from", $"{from:O}", $"before train_to, {to:O}");
        }

        if (spec.HoldoutTo is { } end)
        {
            Require(spec.TrainTo is not null, "holdout_to", $"{end:O}", "absent when train_to is absent");
            Require(end > spec.TrainTo, "holdout_to", $"{end:O}", $"after train_to, {spec.TrainTo:O}");
        }

        Require(spec.HalfLifeDays is null or (> 0 and < 1e6), "half_life_days", spec.HalfLifeDays, "above 0 and below a million");
    }

    private static void CheckNetwork(NetworkOptions network)
    {
        Require(network.Hidden.Length <= MostLayers, "network.hidden", network.Hidden.Length, $"at most {MostLayers} layers");
        Require(network.Hidden.All(width => width is > 0 and <= WidestLayer), "network.hidden", string.Join(", ", network.Hidden), $"widths in 1 to {WidestLayer}");
        Require(network.Dropout is >= 0 and <= 0.9, "network.dropout", network.Dropout, "in 0 to 0.9");
        Require(network.EmbeddingSize is > 0 and <= 4096, "network.embedding_size", network.EmbeddingSize, "in 1 to 4096");
    }

    /// <summary>The vocabularies are not known yet, so they count as large as they may be.</summary>
    private static void CheckSize(TrainingJobSpec spec)
    {
        long embedding = Math.Min(spec.Network.EmbeddingSize, (int)Math.Ceiling(Math.Sqrt(NetworkFactory.LargestVocabulary)));
        var width = spec.Numeric.Length + (spec.Categorical.Length * embedding);
        var parameters = spec.Categorical.Length * (NetworkFactory.LargestVocabulary + 1L) * embedding;
        foreach (var hidden in spec.Network.Hidden)
        {
            parameters += (width + 1) * hidden;
            width = hidden;
        }

        parameters += width + 1;
        Require(
            parameters <= MostParameters, "network.hidden",
            $"{string.Join(", ", spec.Network.Hidden)}, which gives the network up to {parameters} parameters", $"networks of at most {MostParameters} parameters");
    }

    private static void CheckSteps(TrainingJobSpec spec, int slots)
    {
        Require(spec.LearningRate is > 0 and <= 1e3 && (float)spec.LearningRate > 0f, "learning_rate", spec.LearningRate, "a number above 0");
        Require(spec.WeightDecay is >= 0 and <= 1e3, "weight_decay", spec.WeightDecay, "a number of at least 0");
        Require(spec.BatchSize is >= 1 and <= LargestBatch, "batch_size", spec.BatchSize, $"in 1 to {LargestBatch}");
        Require(spec.Epochs >= 1, "epochs", spec.Epochs, "at least 1");
        Require(spec.MaxSteps is null or >= 1, "max_steps", spec.MaxSteps, "at least 1");
        Require(
            spec.VirtualShards is >= 1 and <= MostVirtualShards && BitOperations.IsPow2(spec.VirtualShards),
            "virtual_shards", spec.VirtualShards, $"a power of two in 1 to {MostVirtualShards}");
        Require(
            spec.Shards >= 1 && spec.Shards <= spec.VirtualShards && spec.VirtualShards % spec.Shards == 0,
            "shards", spec.Shards, $"a divisor of virtual_shards, {spec.VirtualShards}");
        Require(spec.Shards <= slots, "shards", spec.Shards, $"at most {slots}, the training threads of this node");
        Require(
            Enum.IsDefined(spec.Accelerator), "accelerator", spec.Accelerator, string.Join(" or ", Enum.GetNames<Accelerator>()));
        Require(spec.CheckpointEverySteps >= 1, "checkpoint_every_steps", spec.CheckpointEverySteps, "at least 1");
    }

    private static void CheckKeys(TrainingJobSpec spec)
    {
        if (spec.DatasetVersion is { } dataset)
        {
            Parse(dataset, "dataset_version", "a dataset version's key, dataset/project/name@digest", text => DatasetVersionKey.Parse(text).ToString());
        }

        if (spec.FeatureView is { } view)
        {
            var colon = view.LastIndexOf(':');
            Require(colon > 0 && int.TryParse(view[(colon + 1)..], out var version) && version > 0, "feature_view", $"'{view}'", ViewForm);
            Parse(view[..colon], "feature_view", ViewForm, text => FeatureViewKey.Parse(text).ToString());
        }

        if (spec.WarmStart is { } warm)
        {
            Parse(warm, "warm_start", "a model version's key, model/project/name/version", text => ModelVersionKey.Parse(text).ToString());
        }

        if (spec.RegisterAs is { } model)
        {
            _ = new ModelKey(spec.Project, model).ToString();
        }
    }

    private static void Parse(string text, string field, string form, Func<string, string> parse)
    {
        try
        {
            parse(text);
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException($"{field} is '{text}'; allowed: {form}.", field, error);
        }
    }

    private static void Require<T>(bool holds, string field, T given, string allowed)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{field} is {given}; allowed: {allowed}.", field);
        }
    }
}
