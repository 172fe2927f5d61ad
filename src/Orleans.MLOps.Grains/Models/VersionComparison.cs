using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Puts two versions side by side. Pure.</summary>
internal static class VersionComparison
{
    public static ModelComparison Compare(ModelVersionInfo left, RunFacts leftRun, ModelVersionInfo right, RunFacts rightRun) => new()
    {
        Left = left,
        Right = right,
        Metrics = Numbers(leftRun.MetricsOf(left), rightRun.MetricsOf(right)),
        Params = Texts(leftRun.Params, rightRun.Params),
        Data = Texts(Data(left, leftRun), Data(right, rightRun)),
        Inputs = [.. Texts(Types(VersionSchema.Inputs(left)), Types(VersionSchema.Inputs(right))).Where(Differs)],
        Outputs = [.. Texts(Types(VersionSchema.Outputs(left)), Types(VersionSchema.Outputs(right))).Where(Differs)],
    };

    private static bool Differs(TextDifference column) => column.Left != column.Right;

    private static Dictionary<string, string> Data(ModelVersionInfo version, RunFacts run)
    {
        var data = run.Datasets.ToDictionary(dataset => $"dataset {dataset.Key}", dataset => dataset.Value);
        if (version.DatasetVersion is { } dataset)
        {
            data["dataset_version"] = dataset;
        }

        if (version.FeatureView is { } view)
        {
            data["feature_view"] = view;
        }

        return data;
    }

    private static Dictionary<string, string> Types(IEnumerable<(string Name, string Type)> schema)
    {
        var types = new Dictionary<string, string>();
        foreach (var (name, type) in schema)
        {
            types[name] = type;
        }

        return types;
    }

    private static ValueDifference[] Numbers(IReadOnlyDictionary<string, double> left, IReadOnlyDictionary<string, double> right) =>
    [
        .. Names(left.Keys, right.Keys).Select(name => new ValueDifference
        {
            Name = name,
            Left = left.TryGetValue(name, out var l) ? l : null,
            Right = right.TryGetValue(name, out var r) ? r : null,
        }),
    ];

    private static TextDifference[] Texts(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
    [
        .. Names(left.Keys, right.Keys).Select(name => new TextDifference
        {
            Name = name,
            Left = left.GetValueOrDefault(name),
            Right = right.GetValueOrDefault(name),
        }),
    ];

    private static IEnumerable<string> Names(IEnumerable<string> left, IEnumerable<string> right) => left.Union(right).Order(StringComparer.Ordinal);
}
