using Orleans.MLOps.Experiments;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>The inputs of a job's run: the dataset version behind the frame, and the frame that its feature view gave.</summary>
internal static class TrainingInputs
{
    public const string DatasetSource = "orleans.mlops.dataset";
    public const string FrameSource = "orleans.mlops.frame";

    private const string Context = "mlflow.data.context";
    private const string Training = "training";

    public static LogInputs Of(TrainingJobSpec spec)
    {
        var datasets = new List<RunDataset>();
        if (spec.DatasetVersion is { } version)
        {
            var key = DatasetVersionKey.Parse(version);
            datasets.Add(Input(key.Name, key.Digest, DatasetSource, version));
        }

        datasets.Add(Input(spec.FeatureView ?? "frame", spec.FrameDigest, FrameSource, spec.FeatureView ?? spec.FrameDigest));
        return new LogInputs { Datasets = [.. datasets] };
    }

    private static RunDataset Input(string name, string digest, string sourceType, string source) =>
        new() { Name = name, Digest = digest, SourceType = sourceType, Source = source, Tags = new() { [Context] = Training } };
}
