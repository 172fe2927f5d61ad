using DuckDB.NET.Data;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// A CSV or Parquet file on its way into a dataset: checked strictly and completely when opened, then read or rewritten as canonical
/// Parquet, always streaming. An empty CSV field is NULL. Every refusal names what is wrong and where.
/// </summary>
public sealed class TabularFile
{
    private readonly AnalyticsEngine _engine;
    private readonly string _path;
    private readonly CsvTable? _csv;
    private readonly ParquetTable? _parquet;

    private TabularFile(AnalyticsEngine engine, string path, CsvTable? csv, ParquetTable? parquet)
    {
        _engine = engine;
        _path = path;
        _csv = csv;
        _parquet = parquet;
    }

    /// <summary>The format the file is in.</summary>
    public DataFormat Format => _csv is null ? DataFormat.Parquet : DataFormat.Csv;

    /// <summary>The columns in the file's order, with declared or inferred types.</summary>
    public IReadOnlyList<ColumnSchema> Columns => _csv?.Columns ?? _parquet!.Columns;

    /// <summary>The number of data rows, at least 1.</summary>
    public long RowCount => _csv?.RowCount ?? _parquet!.RowCount;

    /// <summary>Opens a local file and checks it: a CSV file byte by byte, of a Parquet file the schema and the footer (damaged pages show when it is read).</summary>
    /// <exception cref="InvalidInputException">
    /// Ragged row, value of a wrong type, byte that is not UTF-8, wrong quoting, empty file, missing, empty or repeated column name, column type that
    /// datasets do not hold, truncated or corrupt Parquet.
    /// </exception>
    /// <exception cref="NotFoundException">No such file.</exception>
    public static async Task<TabularFile> OpenAsync(AnalyticsEngine engine, string path, TabularOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new TabularOptions();
        if (!File.Exists(path))
        {
            throw new NotFoundException($"The file {path} does not exist.", "content");
        }

        if ((options.Format ?? (ParquetTable.HasMagic(path) ? DataFormat.Parquet : DataFormat.Csv)) == DataFormat.Csv)
        {
            var csv = await engine.RunAsync([], _ => CsvTable.Open(path, options, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new TabularFile(engine, path, csv, null);
        }

        ParquetTable.RequireWhole(path);
        var parquet = await NamingCorruption(() => engine.RunAsync(
            [AnalyticsSource.Of(path)],
            session => ParquetTable.Open(session, Path.Combine(session.Scratch, "source.0.parquet"), options),
            cancellationToken)).ConfigureAwait(false);
        return new TabularFile(engine, path, null, parquet);
    }

    /// <summary>
    /// Hands every row to <paramref name="row"/> in file order, on the engine's thread. Values are long, double, string, bool, <see cref="DateTimeOffset"/>
    /// (UTC), <see cref="DateOnly"/> or null; the array is reused from row to row.
    /// </summary>
    /// <exception cref="InvalidInputException">A page of the Parquet file is corrupt.</exception>
    public Task ReadAsync(Action<object?[]> row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return NamingCorruption(() => _engine.RunAsync(
            Sources(),
            session =>
            {
                _csv?.Read(row, cancellationToken);
                _parquet?.Read(session, row);
                return true;
            },
            cancellationToken));
    }

    /// <summary>
    /// Writes canonical Parquet: a BIGINT column <c>row_ordinal</c> that counts the file's rows from 0, then the file's columns as BIGINT, DOUBLE, VARCHAR,
    /// BOOLEAN, TIMESTAMP (UTC) or DATE. The file appears complete or not at all.
    /// </summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="InvalidInputException">A page of the Parquet file is corrupt.</exception>
    /// <exception cref="ResourceExhaustedException">The rows need more memory and spill than the options allow, or the disk is full.</exception>
    public Task<long> WriteParquetAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return NamingCorruption(() => _engine.RunAsync(
            Sources(),
            session => _csv?.WriteParquet(session, path, cancellationToken) ?? _parquet!.WriteParquet(session, path),
            cancellationToken));
    }

    /// <summary>The SQL run here is our own and right, so what DuckDB refuses is the file.</summary>
    private static async Task<T> NamingCorruption<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (MLOpsException error) when (error.InnerException is DuckDBException duck && error is InvalidInputException or UnavailableException)
        {
            var said = error.Message[Math.Max(0, error.Message.IndexOf("DuckDB: ", StringComparison.Ordinal))..];
            throw new InvalidInputException($"The Parquet file is corrupt or cannot be read. {said}", "content", duck);
        }
    }

    private AnalyticsSource[] Sources() => _csv is null ? [AnalyticsSource.Of(_path)] : [];
}
