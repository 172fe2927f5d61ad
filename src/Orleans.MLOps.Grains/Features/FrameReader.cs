using System.Data.Common;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Features;

/// <summary>Reads a feature frame's Parquet into memory, for training and judging.</summary>
internal sealed class FrameReader(IBlobStore blobs, AnalyticsEngine engine)
{
    private const int FixedColumns = 3;

    /// <summary>Reads the named columns of a frame; they come back in the order asked for.</summary>
    /// <exception cref="NotFoundException">No frame of that digest is stored.</exception>
    /// <exception cref="InvalidInputException">The frame lacks a column, or holds it with another type; the message names it and what there is.</exception>
    public async Task<FrameData> ReadAsync(string frameDigest, string[] numeric, string[] categorical, CancellationToken cancellationToken = default)
    {
        AnalyticsSource[] sources = [AnalyticsSource.Of(blobs.GetLocalPath(frameDigest))];
        CheckColumns(await engine.DescribeAsync("SELECT * FROM source", sources, cancellationToken).ConfigureAwait(false), frameDigest, numeric, categorical);
        var counts = await engine.QueryAsync("SELECT count(*) FROM source", sources, row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        var filling = new Filling(checked((int)counts[0]), numeric.Length, categorical.Length);
        string[] columns =
        [
            "epoch_us(event_time)", "CASE WHEN label IS NOT NULL THEN epoch_us(label_available_at) END", "label",
            .. numeric.Select(WindowSql.Quote), .. categorical.Select(WindowSql.Quote),
        ];
        await engine.QueryAsync($"SELECT {string.Join(", ", columns)} FROM source", sources, filling.Add, cancellationToken).ConfigureAwait(false);
        return filling.Data;
    }

    private static void CheckColumns(QuerySchema schema, string digest, string[] numeric, string[] categorical)
    {
        Require(["event_time", "label_available_at"], ColumnType.Timestamp);
        Require(["label", .. numeric], ColumnType.Double);
        Require(categorical, ColumnType.Text);

        void Require(string[] names, ColumnType type)
        {
            foreach (var name in names)
            {
                var column = schema.Columns.FirstOrDefault(candidate => candidate.Name == name)
                    ?? throw new InvalidInputException($"Frame {digest} has no column '{name}'; it has {string.Join(", ", schema.Columns.Select(given => given.Name))}.", name);
                if (column.Type != type)
                {
                    throw new InvalidInputException($"Column '{name}' of frame {digest} has type {column.SqlType}; {type} is needed here.", name);
                }
            }
        }
    }

    private sealed class Filling(int rows, int numeric, int categorical)
    {
        private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
        private int _row;

        public FrameData Data { get; } = new(rows, new long[rows], new long[rows], new float[rows], Columns<double>(rows, numeric), Columns<string>(rows, categorical));

        public void Add(DbDataReader row)
        {
            Data.EventTimes[_row] = row.GetInt64(0);
            Data.AvailableAt[_row] = row.IsDBNull(1) ? long.MaxValue : row.GetInt64(1);
            Data.Labels[_row] = row.IsDBNull(2) ? float.NaN : (float)row.GetDouble(2);
            for (var i = 0; i < numeric; i++)
            {
                Data.Numeric[i][_row] = row.IsDBNull(FixedColumns + i) ? double.NaN : row.GetDouble(FixedColumns + i);
            }

            for (var i = 0; i < categorical; i++)
            {
                var column = FixedColumns + numeric + i;
                Data.Categorical[i][_row] = row.IsDBNull(column) ? "" : Shared(row.GetString(column));
            }

            _row++;
        }

        private string Shared(string text)
        {
            if (!_texts.TryGetValue(text, out var shared))
            {
                _texts.Add(text, shared = text);
            }

            return shared;
        }

        private static T[][] Columns<T>(int rows, int columns) => Enumerable.Range(0, columns).Select(_ => new T[rows]).ToArray();
    }
}
