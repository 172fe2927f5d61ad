using System.Data.Common;
using Microsoft.Data.Sqlite;
using Orleans.MLOps.Storage.GrainStorage;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.GrainStorage;

public sealed class OrleansDatabaseTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey", "DeleteStorageKey", "UpsertReminderRowKey", "ReadReminderRowKey",
        "ReadReminderRowsKey", "ReadRangeRows1Key", "ReadRangeRows2Key", "DeleteReminderRowKey", "DeleteReminderRowsKey",
    ];

    private readonly TempFolder _folder = new();
    private readonly OrleansDatabase _database;
    private readonly SqliteConnection _connection;

    public OrleansDatabaseTests()
    {
        _database = OrleansDatabase.At(_folder.Options);
        _database.EnsureCreated();
        _connection = new SqliteConnection(_database.ConnectionString);
        _connection.Open();
    }

    public void Dispose()
    {
        _connection.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public void EnsureCreated_Twice_KeepsStateAndEveryQuery()
    {
        Write("k", null, 1);
        _database.EnsureCreated();
        Assert.Equal(Keys.Order(), Query("SELECT QueryKey FROM OrleansQuery", []).Select(r => (string)r[0]).Order());
        Assert.Single(Read("k"));
    }

    [Fact]
    public void ForeignConnections_Synchronous_IsFull()
    {
        // As Orleans opens them: by the factory of the invariant, several at once, pooled ones again.
        for (var round = 0; round < 2; round++)
        {
            using var first = Open();
            using var second = Open();
            Assert.Equal([2L, 2L], new[] { first, second }.Select(c => Pragma(c, "synchronous")));
        }
    }

    [Fact]
    public async Task ForeignConnections_LockIsHeld_WaitInSqliteAndGoOn()
    {
        using var holder = Open();
        Execute(holder, "BEGIN IMMEDIATE");
        var before = SqliteConnectionDefaults.Waits;
        var write = Task.Run(() => Write("k", null, 1), TestContext.Current.CancellationToken);
        while (SqliteConnectionDefaults.Waits == before)
        {
            await Task.Yield();
        }

        Execute(holder, "COMMIT");
        Assert.Equal(1L, await write);
    }

    [Fact]
    public void OtherFiles_Settings_AreLeftAlone()
    {
        using var other = new SqliteConnection($"Data Source={_folder["other.db"]};Pooling=False;Default Timeout=1");
        using var same = new SqliteConnection(other.ConnectionString);
        other.Open();
        same.Open();
        Execute(other, "BEGIN IMMEDIATE");
        var before = SqliteConnectionDefaults.Waits;
        Assert.Throws<SqliteException>(() => Execute(same, "BEGIN IMMEDIATE"));
        Assert.Equal(before, SqliteConnectionDefaults.Waits);
    }

    [Fact]
    public void Write_FirstThenUpdate_CountsVersions()
    {
        Assert.Equal(1L, Write("k", null, 1));
        Assert.Equal(2L, Write("k", 1, 2));
        Assert.Equal(3L, Write("k", 2, 3));
        var row = Assert.Single(Read("k"));
        Assert.Equal([3], (byte[])row[0]);
        Assert.Equal(3L, row[1]);
    }

    [Fact]
    public void Write_DuplicateStaleOrMissing_ReturnsNoRowAndChangesNothing()
    {
        Assert.Equal(1L, Write("k", null, 1));
        Assert.Null(Write("k", null, 9));
        Assert.Null(Write("k", 7, 9));
        Assert.Null(Write("nobody", 1, 9));
        Assert.Equal([1], (byte[])Assert.Single(Read("k"))[0]);
        Assert.Empty(Read("nobody"));
    }

    [Fact]
    public void Write_OtherTypeServiceOrExtension_AreOtherRows()
    {
        Assert.Equal(1L, Write("k", null, 1));
        Assert.Equal(1L, Write(null, null, 2));
        Assert.Equal([2], (byte[])Assert.Single(Read(null))[0]);
        Assert.Equal([1], (byte[])Assert.Single(Read("k"))[0]);
    }

    [Fact]
    public void Clear_CurrentOrStale_KeepsRowWithNewVersion()
    {
        Write("k", null, 1);
        Assert.Null(Scalar("ClearStorageKey", Grain("k", 5)));
        Assert.Equal(2L, Scalar("ClearStorageKey", Grain("k", 1)));
        var row = Assert.Single(Read("k"));
        Assert.Equal((DBNull.Value, 2L), (row[0], (long)row[1]));
        Assert.Equal(3L, Write("k", 2, 4));
    }

    [Fact]
    public void Delete_CurrentOrStale_RemovesRow()
    {
        Write("k", null, 1);
        Assert.Null(Scalar("DeleteStorageKey", Grain("k", 5)));
        Assert.Equal(2L, Scalar("DeleteStorageKey", Grain("k", 1)));
        Assert.Empty(Read("k"));
        Assert.Null(Scalar("DeleteStorageKey", Grain("k", 1)));
    }

    [Fact]
    public void Reminders_UpsertReadDelete_FollowTheContract()
    {
        Assert.Equal(0L, Scalar("UpsertReminderRowKey", Reminder("g1", "a", 10)));
        Assert.Equal(1L, Scalar("UpsertReminderRowKey", Reminder("g1", "a", 10)));
        Scalar("UpsertReminderRowKey", Reminder("g1", "b", 10));
        Scalar("UpsertReminderRowKey", Reminder("g2", "a", -20));
        Assert.Single(Query(Text("ReadReminderRowKey"), Reminder("g1", "a", 0)));
        Assert.Equal(2, Query(Text("ReadReminderRowsKey"), Reminder("g1", "", 0)).Count);
        Assert.Equal(2, Query(Text("ReadRangeRows1Key"), Range(0, 10)).Count);
        Assert.Empty(Query(Text("ReadRangeRows1Key"), Range(10, 20)));
        Assert.Single(Query(Text("ReadRangeRows2Key"), Range(10, -5)));
        Assert.Equal(0L, Scalar("DeleteReminderRowKey", [.. Reminder("g1", "a", 0), ("Version", 0)]));
        Assert.Equal(1L, Scalar("DeleteReminderRowKey", [.. Reminder("g1", "a", 0), ("Version", 1)]));
        Query(Text("DeleteReminderRowsKey"), [("ServiceId", "s")]);
        Assert.Empty(Query(Text("ReadRangeRows1Key"), Range(-100, 100)));
    }

    [Fact]
    public async Task Write_ManyConnectionsAtOnce_LoseNothing()
    {
        var sql = Text("WriteToStorageKey");
        await Parallel.ForEachAsync(Enumerable.Range(0, 16), TestContext.Current.CancellationToken, async (i, token) =>
        {
            for (var version = 0; version < 10; version++)
            {
                await using var connection = new SqliteConnection(_database.ConnectionString);
                await connection.OpenAsync(token);
                await using var command = Command(connection, sql, [.. Grain($"{i}", version == 0 ? null : version), ("PayloadBinary", new byte[] { 1 })]);
                Assert.Equal((long)version + 1, await command.ExecuteScalarAsync(token));
            }
        });
    }

    private DbConnection Open()
    {
        var connection = SqliteFactory.Instance.CreateConnection();
        connection.ConnectionString = _database.ConnectionString;
        connection.Open();
        return connection;
    }

    private static void Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Pragma(DbConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return (long)command.ExecuteScalar()!;
    }

    private static (string, object?)[] Grain(string? extension, int? version) =>
    [
        ("GrainIdHash", 1), ("GrainIdN0", 2L), ("GrainIdN1", 3L), ("GrainTypeHash", 4), ("GrainTypeString", "type"),
        ("GrainIdExtensionString", extension), ("ServiceId", "s"), ("GrainStateVersion", version),
    ];

    private static (string, object?)[] Reminder(string grain, string name, int hash) =>
        [("ServiceId", "s"), ("GrainId", grain), ("ReminderName", name), ("StartTime", DateTime.UnixEpoch), ("Period", 60_000L), ("GrainHash", hash)];

    private static (string, object?)[] Range(int begin, int end) => [("ServiceId", "s"), ("BeginHash", begin), ("EndHash", end)];

    private object? Write(string? extension, int? version, byte payload) =>
        Scalar("WriteToStorageKey", [.. Grain(extension, version), ("PayloadBinary", new[] { payload })]);

    private List<object[]> Read(string? extension) => Query(Text("ReadFromStorageKey"), Grain(extension, null));

    private string Text(string key) => (string)Assert.Single(Query("SELECT QueryText FROM OrleansQuery WHERE QueryKey = @Key", [("Key", key)]))[0];

    private object? Scalar(string key, (string, object?)[] parameters) => Query(Text(key), parameters).LastOrDefault()?[0];

    private List<object[]> Query(string sql, (string, object?)[] parameters)
    {
        using var command = Command(_connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        do
        {
            while (reader.Read())
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                rows.Add(row);
            }
        }
        while (reader.NextResult());
        return rows;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, (string, object?)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
