using System.Data.Common;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Features;

/// <summary>Reads feature frames into memory.</summary>
internal sealed class FrameReader(IBlobStore blobs, AnalyticsEngine analytics)
{
    private const int FixedColumns = 3;

    /// <exception cref="NotFoundException">There is no frame of that digest.</exception>
    /// <exception cref="InvalidInputException">The frame lacks a column.</exception>
    public async Task<FrameData> ReadAsync(string frameDigest, string[] numeric, string[] categorical, CancellationToken cancellationToken)
    {
        var columns = new FrameBuilder(numeric.Length, categorical.Length);
        var names = numeric.Select(name => $", CAST({WindowSql.Quote(name)} AS DOUBLE)").Concat(categorical.Select(name => $", CAST({WindowSql.Quote(name)} AS VARCHAR)"));
        await analytics.QueryAsync(
            $"""
            SELECT epoch_us(event_time), epoch_us(label_available_at), label{string.Concat(names)}
            FROM source WHERE label IS NOT NULL AND label_available_at IS NOT NULL
            """,
            [AnalyticsSource.Of(blobs.GetLocalPath(frameDigest))],
            columns.Add,
            cancellationToken);
        return columns.Build();
    }

    private sealed class FrameBuilder(int numeric, int categorical)
    {
        private readonly List<long> _eventTimes = [];
        private readonly List<long> _availableAt = [];
        private readonly List<float> _labels = [];
        private readonly List<double>[] _numeric = [.. Enumerable.Range(0, numeric).Select(_ => new List<double>())];
        private readonly List<string>[] _categorical = [.. Enumerable.Range(0, categorical).Select(_ => new List<string>())];

        public void Add(DbDataReader row)
        {
            _eventTimes.Add(row.GetInt64(0));
            _availableAt.Add(row.GetInt64(1));
            _labels.Add((float)row.GetDouble(2));
            for (var i = 0; i < _numeric.Length; i++)
            {
                var column = FixedColumns + i;
                _numeric[i].Add(row.IsDBNull(column) ? double.NaN : row.GetDouble(column));
            }

            for (var i = 0; i < _categorical.Length; i++)
            {
                var column = FixedColumns + _numeric.Length + i;
                _categorical[i].Add(row.IsDBNull(column) ? "" : string.Intern(row.GetString(column)));
            }
        }

        public FrameData Build() => new(
            _labels.Count,
            [.. _eventTimes],
            [.. _availableAt],
            [.. _labels],
            [.. _numeric.Select(column => column.ToArray())],
            [.. _categorical.Select(column => column.ToArray())]);
    }
}
