using CsCheck;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>Runs whose texts and numbers are the awkward ones.</summary>
internal static class SampleRuns
{
    public static readonly string[] Keys = ["a", "a b", "k'1", "日本", "x\"y", "mlflow.source.name", "%"];

    private static readonly string Long = new('z', 250);

    public static readonly string[] Texts =
        ["", "x", "X", "xy", "it's", "100%", "a_b", "ab", "a*b", "[a]", "é", "É", "日本", "😀", "\\", "'; DROP TABLE runs; --", Long, Long + "1", Long + "é"];

    public static readonly double[] Numbers = [double.NegativeInfinity, -1, -0.5, 0, 0.1, 0.5, 1, 1e300, double.PositiveInfinity, double.NaN];

    public static readonly string[] Statuses = ["Running", "Finished", "Failed", "Killed", "Scheduled"];

    private static readonly Gen<string> Key = Gen.OneOf(Keys);
    private static readonly Gen<string> Text = Gen.OneOf(Texts);
    private static readonly Gen<Dictionary<string, string>> Pairs = Gen.Dictionary(Key, Text)[0, 5];

    public static readonly Gen<SampleRun> Any = Gen.Select(
        Gen.Select(Gen.Char["0123456789abcdef"].Array[32], Gen.Long[1, 3], Text, Gen.OneOf(Statuses), Text.Null()),
        Gen.Select(Gen.Long[1_000_000, 1_006_000], Gen.Long[0, 9_000_000_000_000].Nullable(), Gen.Int[0, 5]),
        Pairs,
        Pairs,
        Gen.Dictionary(Key, Gen.OneOf(Numbers))[0, 5],
        Gen.Select(Text, Gen.OneOf("d1", "d2"), Gen.OneOf("", "train")).Array[0, 2],
        (head, times, parameters, tags, metrics, datasets) => new SampleRun(
            new string(head.Item1), head.Item2, head.Item3, head.Item4, head.Item5, times.Item1, times.Item2, times.Item3 == 0)
        {
            Params = parameters,
            Tags = tags,
            Metrics = metrics,
            Datasets = [.. datasets.DistinctBy(dataset => (dataset.Item1, dataset.Item2))],
        });

    public static TableWrite Insert(SampleRun run)
    {
        var write = new TableWrite().Add(
            """
            INSERT INTO runs (run_id, experiment_id, name, status, lifecycle, user_name, started_us, ended_us, json)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}')
            """,
            run.Id, run.Experiment, run.Name, run.Status, run.Deleted ? "Deleted" : "Active", run.User, run.StartedUs, run.EndedUs);
        foreach (var (key, value) in run.Params)
        {
            write.Add("INSERT INTO params (run_id, key, value) VALUES ($1, $2, $3)", run.Id, key, value);
        }

        foreach (var (key, value) in run.Tags)
        {
            write.Add("INSERT INTO tags (run_id, key, value) VALUES ($1, $2, $3)", run.Id, key, value);
        }

        foreach (var (key, value) in run.Metrics)
        {
            var nan = double.IsNaN(value);
            write.Add(
                "INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, $2, 0, 0, $3, $4)",
                run.Id, key, nan ? null : value, nan);
        }

        foreach (var (name, digest, context) in run.Datasets)
        {
            write.Add(
                "INSERT INTO run_datasets (run_id, name, digest, source_type, source, tags, context) VALUES ($1, $2, $3, 'local', 's', '{}', $4)",
                run.Id, name, digest, context);
        }

        return write;
    }

    public static TableWrite Delete(SampleRun run) => new TableWrite()
        .Add("DELETE FROM params WHERE run_id = $1", run.Id)
        .Add("DELETE FROM tags WHERE run_id = $1", run.Id)
        .Add("DELETE FROM latest_metrics WHERE run_id = $1", run.Id)
        .Add("DELETE FROM run_datasets WHERE run_id = $1", run.Id)
        .Add("DELETE FROM runs WHERE run_id = $1", run.Id);
}
