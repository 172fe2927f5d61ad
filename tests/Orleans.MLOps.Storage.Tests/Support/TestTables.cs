using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Storage.Migrations;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Tests.Support;

/// <summary>Tables with a small schema: <c>t(id, v)</c> unique by id, and <c>child</c> whose foreign key is checked at commit.</summary>
internal static class TestTables
{
    private const string Schema = """
        CREATE TABLE t (id text PRIMARY KEY, v bigint NOT NULL CHECK (v >= 0));
        CREATE TABLE child (parent text REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TABLE strict_child (parent text REFERENCES t (id));
        CREATE TABLE bulk (data blob NOT NULL);
        CREATE TABLE auto (id integer PRIMARY KEY AUTOINCREMENT, name text);
        CREATE TABLE kinds (a_text text, a_number bigint, a_real double precision, a_blob blob, a_null text);
        CREATE TABLE log_frames (log text NOT NULL, position bigint NOT NULL, writer text NOT NULL, payload blob NOT NULL, PRIMARY KEY (log, position));
        """;

    /// <summary>The same in PostgreSQL's words.</summary>
    public static readonly string PostgresSchema = Schema
        .Replace("integer PRIMARY KEY AUTOINCREMENT", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal)
        .Replace(" blob", " bytea", StringComparison.Ordinal)
        .Replace(" text", " text COLLATE \"C\"", StringComparison.Ordinal);

    public static SqliteTables Open(StorageOptions options, Action<SqliteConnection>? configure = null) =>
        SqliteTables.Open(options, [new Migration(1, "test", Schema)], TimeProvider.System, NullLogger.Instance, configure ?? (static _ => { }));

    public static TableWrite Insert(string id, long v = 0) => new TableWrite().Add("INSERT INTO t (id, v) VALUES ($1, $2)", id, v);

    public static async Task<long> Count(this ITables tables, string table = "t") =>
        (await tables.QueryAsync($"SELECT count(*) FROM {table}", r => r.GetInt64(0), CancellationToken.None))[0];
}
