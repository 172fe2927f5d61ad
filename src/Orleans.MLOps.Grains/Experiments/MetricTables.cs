using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Reads the points of metrics.</summary>
internal sealed class MetricTables(ITables tables, SearchGate gate)
{
    private const int LongestHistory = 100_000;
    private const int SmallestSample = 4;
    private const int LargestSample = 10_000;
    private const int PageOfSamples = 20_000;
    private const string Columns = "sequence, step, timestamp_us, CASE WHEN is_number = 1 THEN value END";

    /// <summary>The points of run $1 and key $2.</summary>
    private const string OfMetric = "FROM metric_points WHERE series = (SELECT series FROM metric_series WHERE run_id = $1 AND key = $2)";

    /// <summary>The order of the index of points; NaN stands before the numbers of its step.</summary>
    private const string ByTime = "timestamp_us, step, is_number, value";

    public async Task<MetricHistory> GetHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken)
    {
        ExperimentLimits.CheckName(query.Key, "key");
        if (query.Limit is < 1 or > LongestHistory)
        {
            throw new InvalidInputException($"limit {query.Limit} is not allowed: 1 to {LongestHistory}.", "limit");
        }

        await RequireKnownAsync(query.RunId, cancellationToken);
        var page = query with { Limit = MostInAPage(query.Key, query.Limit) };
        return query.ByTime ? await ByTimeAsync(page, cancellationToken) : await ByCommitAsync(page, cancellationToken);
    }

    public async Task<MetricSamples> GetSamplesAsync(MetricSamplesQuery query, CancellationToken cancellationToken)
    {
        ExperimentLimits.CheckName(query.Key, "key");
        if (query.Points is < SmallestSample or > LargestSample)
        {
            throw new InvalidInputException($"points {query.Points} is not allowed: {SmallestSample} to {LargestSample}.", "points");
        }

        await RequireKnownAsync(query.RunId, cancellationToken);
        var (from, to) = (query.FromStep ?? long.MinValue, query.ToStep ?? long.MaxValue);

        // Each page takes a place of its own among the searches, so that many long curves at once leave readers and memory to others.
        var range = await gate.RunAsync(
            token => tables.QueryAsync(
                $"SELECT count(*), COALESCE(min(step), 0), COALESCE(max(step), 0) {OfMetric} AND step >= $3 AND step <= $4",
                row => (Count: row.GetInt64(0), First: row.GetInt64(1), Last: row.GetInt64(2)),
                token,
                query.RunId, query.Key, from, to),
            cancellationToken);
        var sampler = new MetricSampler(MostInAPage(query.Key, query.Points), range[0].Count, range[0].First, range[0].Last);

        // Pages follow the index of points, so the memory is that of one page whatever the metric's length.
        var last = MetricPlace.First;
        for (var isMore = true; isMore;)
        {
            isMore = await gate.RunAsync(
                async token =>
                {
                    var page = await PageAsync(query.RunId, query.Key, last, PageOfSamples, token);
                    foreach (var point in page)
                    {
                        last = MetricPlace.Of(point);
                        if (point.Step >= from && point.Step <= to)
                        {
                            sampler.Add(point);
                        }
                    }

                    return page.Count == PageOfSamples;
                },
                cancellationToken);
        }

        return new MetricSamples { Points = sampler.Finish(), Total = range[0].Count };
    }

    // Every point repeats its key.
    private static int MostInAPage(string key, int limit) =>
        (int)Math.Min(limit, PageMeter.Most / PageBytes.Of(new MetricPoint { Key = key }));

    private async Task<MetricHistory> ByCommitAsync(MetricHistoryQuery query, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {Columns} {OfMetric} AND sequence > $3 ORDER BY sequence LIMIT $4",
            row => (Sequence: row.GetInt64(0), Point: Read(query.Key, row)),
            cancellationToken,
            query.RunId, query.Key, query.AfterSequence, query.Limit);
        return new MetricHistory
        {
            Points = [.. rows.Select(row => row.Point)],
            LastSequence = rows.Count == 0 ? query.AfterSequence : rows[^1].Sequence,
        };
    }

    private async Task<MetricHistory> ByTimeAsync(MetricHistoryQuery query, CancellationToken cancellationToken)
    {
        if (query.AfterSequence != 0)
        {
            throw new InvalidInputException("after_sequence continues a history in commit order; one by time continues with page_token.", "after_sequence");
        }

        var points = await PageAsync(query.RunId, query.Key, MetricPageToken.Read(query), query.Limit + 1, cancellationToken);
        return new MetricHistory
        {
            Points = [.. points.Take(query.Limit)],
            NextPageToken = points.Count > query.Limit ? MetricPageToken.Write(query, MetricPlace.Of(points[query.Limit - 1])) : null,
        };
    }

    private Task<IReadOnlyList<MetricPoint>> PageAsync(string runId, string key, MetricPlace after, int limit, CancellationToken cancellationToken) => tables.QueryAsync(
        $"SELECT {Columns} {OfMetric} AND ({ByTime}) > ($3, $4, $5, $6) ORDER BY {ByTime} LIMIT $7",
        row => Read(key, row),
        cancellationToken,
        runId, key, after.Time, after.Step, after.IsNumber ? 1 : 0, after.Value, limit);

    private static MetricPoint Read(string key, System.Data.Common.DbDataReader row) => new()
    {
        Key = key,
        Step = row.GetInt64(1),
        Timestamp = row.GetTime(2),
        Value = row.GetNumber(3),
    };

    private async Task RequireKnownAsync(string runId, CancellationToken cancellationToken)
    {
        if ((await tables.QueryAsync("SELECT 1 FROM runs WHERE run_id = $1", _ => true, cancellationToken, runId)).Count == 0)
        {
            throw RunConditions.Missing(runId);
        }
    }
}
