using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Checks a job's columns and windows against its frame without loading it, so that a wrong job is refused before it exists.</summary>
internal sealed class TrainingFrameCheck(IBlobStore blobs, AnalyticsEngine analytics)
{
    private static readonly string[] Required = ["event_time", "label", "label_available_at"];

    /// <summary>Refuses the answer, and what else a frame says of its rows, as something to learn from.</summary>
    /// <exception cref="InvalidInputException">An input is one of the columns that every frame has.</exception>
    public static void RequireFeatures(TrainingJobSpec spec)
    {
        CheckAll(spec.Numeric, "numeric");
        CheckAll(spec.Categorical, "categorical");

        static void CheckAll(string[] names, string field)
        {
            var own = names.FirstOrDefault(name => ViewRules.FrameColumns.Contains(name, StringComparer.OrdinalIgnoreCase));
            Require(own is null, field, $"Input '{own}' is no feature: every frame has {string.Join(", ", ViewRules.FrameColumns)}, which a model may not learn from.");
        }
    }

    /// <exception cref="NotFoundException">There is no such frame.</exception>
    /// <exception cref="InvalidInputException">A column is missing or has another type, or a window holds no labelled rows.</exception>
    public async Task RunAsync(TrainingJobSpec spec, CancellationToken cancellationToken)
    {
        RequireFeatures(spec);
        if (await blobs.FindAsync(spec.FrameDigest, cancellationToken) is null)
        {
            throw new NotFoundException($"No feature frame {spec.FrameDigest} is stored.", "frame_digest");
        }

        AnalyticsSource[] sources = [AnalyticsSource.Of(blobs.GetLocalPath(spec.FrameDigest))];
        await CheckColumnsAsync(spec, sources, cancellationToken);
        await CheckWindowsAsync(spec, sources, cancellationToken);
    }

    private async Task CheckColumnsAsync(TrainingJobSpec spec, AnalyticsSource[] sources, CancellationToken cancellationToken)
    {
        QuerySchema schema;
        try
        {
            schema = await analytics.DescribeAsync("SELECT * FROM source", sources, cancellationToken);
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException($"Blob {spec.FrameDigest} is no feature frame: {error.Message}", "frame_digest", error);
        }

        var columns = schema.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (var name in Required)
        {
            Require(columns.ContainsKey(name), "frame_digest", $"Blob {spec.FrameDigest} is no feature frame: it has no column '{name}'.");
        }

        foreach (var name in spec.Numeric)
        {
            var type = Find(columns, name, "numeric");
            Require(
                type.Type is ColumnType.Double,
                "numeric", $"Column '{name}' of frame {spec.FrameDigest} is {type.SqlType}; a numeric feature is a DOUBLE.");
        }

        foreach (var name in spec.Categorical)
        {
            var type = Find(columns, name, "categorical");
            Require(
                type.Type is ColumnType.Text,
                "categorical", $"Column '{name}' of frame {spec.FrameDigest} is {type.SqlType}; a categorical feature is a VARCHAR.");
        }
    }

    private async Task CheckWindowsAsync(TrainingJobSpec spec, AnalyticsSource[] sources, CancellationToken cancellationToken)
    {
        var from = Literal(spec.TrainFrom, long.MinValue);
        var to = Literal(spec.TrainTo, long.MaxValue);
        var end = Literal(spec.HoldoutTo, long.MinValue);
        var counts = await analytics.QueryAsync(
            $"""
            SELECT count(*) FILTER (WHERE event_us >= {from} AND event_us < {to} AND known_us < {to}),
              count(*) FILTER (WHERE event_us >= {to} AND event_us < {end})
            FROM (SELECT epoch_us(event_time) AS event_us, epoch_us(label_available_at) AS known_us FROM source WHERE label IS NOT NULL AND NOT isnan(label))
            """,
            sources,
            row => (Train: row.GetInt64(0), Holdout: row.GetInt64(1)),
            cancellationToken);
        Require(
            counts[0].Train > 0, "train_to",
            $"No labelled row of frame {spec.FrameDigest} lies in the training window from {spec.TrainFrom:O} to {spec.TrainTo:O}.");
        Require(
            spec.HoldoutTo is null || counts[0].Holdout > 0, "holdout_to",
            $"No labelled row of frame {spec.FrameDigest} lies in the holdout window from {spec.TrainTo:O} to {spec.HoldoutTo:O}.");
    }

    private static QueryColumn Find(Dictionary<string, QueryColumn> columns, string name, string field) => columns.TryGetValue(name, out var column)
        ? column
        : throw new InvalidInputException($"The frame has no column '{name}'; it has {string.Join(", ", columns.Keys)}.", field);

    private static string Literal(DateTimeOffset? time, long otherwise) =>
        $"CAST({(time is { } given ? TableValue.ToMicroseconds(given) : otherwise)} AS BIGINT)";

    private static void Require(bool holds, string field, string message)
    {
        if (!holds)
        {
            throw new InvalidInputException(message, field);
        }
    }
}
