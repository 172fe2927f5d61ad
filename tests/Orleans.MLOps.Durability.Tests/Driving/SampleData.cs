using System.Globalization;
using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>A small table with something to learn, a view over it with windows, and networks that take seconds at most.</summary>
internal static class SampleData
{
    public const string View = "lateness";

    private const int Rows = 3000;
    private const int MinutesToAnswer = 25;

    public static readonly string[] Cities = ["ORD", "DFW", "STL"];

    /// <summary>Rows are ten minutes apart from here.</summary>
    public static readonly DateTimeOffset Start = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset End = Start.AddMinutes(10 * Rows);

    public static async Task<FeatureFrame> PrepareAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        var text = new StringBuilder("id,asked,known,city,x,late\n");
        for (var row = 0; row < Rows; row++)
        {
            var at = Start.AddMinutes(10 * row);
            var (city, x) = (random.Next(Cities.Length), random.NextDouble());
            text.Append(CultureInfo.InvariantCulture, $"{row},{at:yyyy-MM-dd HH:mm:ss},{at.AddMinutes(MinutesToAnswer):yyyy-MM-dd HH:mm:ss},{Cities[city]},{x:f6},{Answer(random, city, x)}\n");
        }

        var version = await client.Datasets.IngestAsync(
            "samples", new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), DataFormat.Csv, cancellationToken: cancellationToken);
        var view = await client.Features.ApplyAsync(Definition(), version.Name, version.Digest, cancellationToken);
        return await client.Features.MaterializeAsync(
            new MaterializeView { Name = View, Version = view.Version, Dataset = version.Name, DatasetDigest = version.Digest }, cancellationToken);
    }

    public static int Answer(Random random, int city, double x) => random.NextDouble() < 1 / (1 + Math.Exp(2 - (3 * x) - city)) ? 1 : 0;

    /// <summary>When the answer to a question is known.</summary>
    public static DateTimeOffset KnownAt(DateTimeOffset asked) => asked.AddMinutes(MinutesToAnswer);

    public static TrainingJobSpec Job(FeatureFrame frame, string model, int epochs, long seed) => new()
    {
        Name = model,
        FrameDigest = frame.Data.Digest,
        Numeric = frame.Numeric,
        Categorical = frame.Categorical,
        DatasetVersion = frame.DatasetVersion,
        FeatureView = $"{frame.View}:{frame.ViewVersion}",
        TrainTo = End.AddDays(-4),
        HoldoutTo = End,
        Network = new NetworkOptions { Hidden = [16, 8], Dropout = 0.1, EmbeddingSize = 4 },
        LearningRate = 0.005,
        BatchSize = 128,
        Epochs = epochs,
        Shards = 2,
        CheckpointEverySteps = 50,
        Seed = seed,
        RegisterAs = model,
    };

    public static async Task<TrainingJobInfo> TrainAsync(IMlopsClient client, TrainingJobSpec spec, CancellationToken cancellationToken)
    {
        var started = await client.Training.StartAsync(spec, cancellationToken: cancellationToken);
        var ended = await client.Training.WaitAsync(started.JobId, cancellationToken);
        Assert.True(ended.Status == TrainingStatus.Completed, $"Undisturbed training of '{spec.Name}' ended as {ended.Status}: {ended.Reason}");
        return ended;
    }

    private static FeatureViewDefinition Definition() => new()
    {
        Name = View,
        Sql = "SELECT id, asked AS event_time, late::DOUBLE AS late, known, x::DOUBLE AS x, city FROM source",
        RowId = "id",
        EventTime = "event_time",
        Label = "late",
        LabelAvailableAt = "known",
        Numeric = ["x"],
        Categorical = ["city"],
        Windows =
        [
            new WindowFeature { Name = "late_2h", Aggregate = WindowAggregate.Mean, Column = "late", Key = "city", Length = LabelWindows.Length },
            new WindowFeature { Name = "seen_2h", Aggregate = WindowAggregate.Count, Column = "late", Key = "city", Length = LabelWindows.Length },
        ],
    };
}
