using System.Reflection;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Who and what trains: facts of this process that a run records.</summary>
internal static class TrainingProvenance
{
    private static readonly BuiltSource Source =
        BuiltSource.Of(Informational(Assembly.GetEntryAssembly())) ?? BuiltSource.Of(Informational(typeof(TrainingProvenance).Assembly)) ?? new BuiltSource(null, false);

    /// <summary>The run of a job. Reads assembly metadata only, so it loads nothing of Torch.</summary>
    public static StartRun Describe(string jobId, TrainingJobSpec spec, long experimentId)
    {
        var tags = new Dictionary<string, string>(spec.Tags) { ["mlops.job"] = new JobKey(jobId).ToString() };
        if (Source.Commit is { } commit)
        {
            tags["mlflow.source.git.commit"] = commit;
            tags["mlops.git.dirty"] = Source.IsDirty ? "true" : "false";
        }

        return new StartRun
        {
            ExperimentId = experimentId,
            RunId = jobId,
            Name = spec.Name,
            User = NullIfEmpty(Environment.UserName),
            Host = NullIfEmpty(Environment.MachineName),
            GitCommit = Source.Commit,
            Seed = spec.Seed,
            Packages = Packages(),
            Tags = tags,
        };
    }

    private static Dictionary<string, string> Packages()
    {
        var learning = typeof(TrainingPlan).Assembly;
        var packages = new Dictionary<string, string>
        {
            [".NET"] = Environment.Version.ToString(),
            ["Orleans.MLOps"] = Version(typeof(TrainingProvenance).Assembly),
            ["Microsoft.Orleans"] = Version(typeof(Grain).Assembly),
        };
        foreach (var reference in learning.GetReferencedAssemblies())
        {
            if (reference is { Name: "TorchSharp" or "Microsoft.ML.OnnxRuntime", Version: { } version })
            {
                packages[reference.Name] = version.ToString();
            }
        }

        return packages;
    }

    private static string Version(Assembly assembly) =>
        (Informational(assembly) ?? assembly.GetName().Version?.ToString() ?? "unknown").Split('+', ' ')[0].TrimEnd('.');

    private static string? Informational(Assembly? assembly) => assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
