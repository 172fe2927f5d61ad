using System.Data.Common;
using DuckDB.NET.Data;
using Orleans.MLOps.Storage.Files;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// One in-memory DuckDB with one private folder, closed to everything else. Statements run here are the platform's own;
/// what users write passes <see cref="RequireSelect"/> first.
/// </summary>
internal sealed class AnalyticsSession : IDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly CancellationToken _cancellationToken;

    public AnalyticsSession(string scratch, IReadOnlyList<AnalyticsSource> sources, StorageOptions options, CancellationToken cancellationToken)
    {
        Scratch = scratch;
        _cancellationToken = cancellationToken;
        Directory.CreateDirectory(scratch);
        var views = new List<string>();
        var foreign = new List<string>();
        foreach (var source in sources)
        {
            views.Add(Link(source, foreign));
        }

        _connection = new DuckDBConnection("DataSource=:memory:");
        try
        {
            _connection.Open();
            Configure(options, foreign);
            views.ForEach(Execute);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>The only folder that this session can read and write.</summary>
    public string Scratch { get; }

    public DuckDBConnection Connection => _connection;

    public void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    public long ExecuteCount(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteNonQuery();
    }

    public object? Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar();
    }

    /// <summary>Streams the result: one chunk is in memory at a time.</summary>
    public void Read(string sql, Action<DbDataReader> row)
    {
        using var command = Command(sql);
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            row(reader);
        }
    }

    /// <summary>Refuses everything but one harmless SELECT and gives it back without its closing semicolon, ready to be embedded.</summary>
    public string RequireSelect(string sql)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        QueryGuard.AdmitText(sql);
        Admit(sql);
        var select = SqlText.WithoutEnd(sql);
        if (select.Length < sql.TrimEnd().TrimEnd(';').Length)
        {
            // What was cut off must have been comments: the rest is to be the one statement by itself.
            Admit(select);
        }

        return $"\n{select.Trim()}\n";
    }

    public void Dispose() => _connection.Dispose();

    private void Admit(string sql) => QueryGuard.Admit((string)Scalar($"SELECT json_serialize_sql({DuckTypes.Literal(sql)})")!);

    private DuckDBCommand Command(string sql)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private void Configure(StorageOptions options, List<string> foreign)
    {
        // The order matters: folders can be allowed only while access is open, and the lock comes last.
        Execute($"SET allowed_directories = [{DuckTypes.Literal(Scratch + Path.DirectorySeparatorChar)}]");
        Execute($"SET allowed_paths = [{string.Join(", ", foreign.Select(DuckTypes.Literal))}]");
        Execute($"SET temp_directory = {DuckTypes.Literal(Path.Combine(Scratch, "spill"))}");
        Execute($"SET max_temp_directory_size = '{options.AnalyticsSpillBytes} bytes'");
        Execute($"SET memory_limit = '{options.AnalyticsMemoryBytes} bytes'");
        Execute($"SET threads = {options.AnalyticsThreads}");
        Execute("SET autoinstall_known_extensions = false");
        Execute("SET autoload_known_extensions = false");
        Execute("SET allow_community_extensions = false");
        Execute("SET allow_persistent_secrets = false");
        Execute("SET TimeZone = 'UTC'");
        Execute("SET enable_external_access = false");
        Execute("SET lock_configuration = true");
    }

    private string Link(AnalyticsSource source, List<string> foreign)
    {
        if (source.Paths.Count == 0 || source.Name.Length == 0 || char.IsAsciiDigit(source.Name[0]) || !source.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new InvalidInputException(
                $"The query source \"{source.Name}\" with {source.Paths.Count} files is refused; a name is a letter or underscore, then letters, digits, underscores, and there is at least one file.", "sources");
        }

        var files = new List<string>();
        foreach (var path in source.Paths)
        {
            var full = Path.GetFullPath(path);
            if (!File.Exists(full))
            {
                throw new NotFoundException($"The file {Path.GetFileName(full)} of query source \"{source.Name}\" does not exist.", "sources");
            }

            var link = Path.Combine(Scratch, $"{source.Name}.{files.Count}.parquet");
            if (!DurableFile.TryHardLink(full, link))
            {
                // Another volume: DuckDB follows the symbolic link and then asks whether its target is allowed.
                File.CreateSymbolicLink(link, full);
                foreign.Add(File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName);
            }

            files.Add(DuckTypes.Literal(link));
        }

        return $"CREATE VIEW {DuckTypes.Identifier(source.Name)} AS SELECT * FROM read_parquet([{string.Join(", ", files)}])";
    }
}
