using Npgsql;
using Orleans.MLOps.Storage.Tests.Support;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Tables;

/// <summary>On a PostgreSQL whose data files stand on a small file system.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresDiskFullTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_DiskFull_IsResourceExhaustedAndGoesOnWhenThereIsRoom()
    {
        Assert.SkipUnless(SmallFileSystem.Missing is null, SmallFileSystem.Missing ?? "");
        var connectionString = await postgres.CreateDatabaseAsync();
        using var folder = await SmallFileSystem.MountAsync("16m", owner: "postgres");
        await using (var source = NpgsqlDataSource.Create(connectionString))
        {
            await ExecuteAsync(source, $"CREATE TABLESPACE small LOCATION '{folder.Path}'");
            await ExecuteAsync(source, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} SET default_tablespace = small");
        }

        await using (var source = NpgsqlDataSource.Create(connectionString))
        {
            await ExecuteAsync(source, TestTables.PostgresSchema);
        }

        NpgsqlConnection.ClearAllPools();
        await using (var store = TestStore.Postgres(connectionString))
        {
            var full = await Assert.ThrowsAsync<ResourceExhaustedException>(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await store.Tables.WriteAsync(Bulk(), Token);
                }
            });
            Assert.Contains("No space left", full.Message, StringComparison.Ordinal);
            var kept = await store.Tables.Count("bulk");
            await Assert.ThrowsAsync<ResourceExhaustedException>(() => store.Tables.WriteAsync(Bulk(), Token));
            Assert.Equal(kept, await store.Tables.Count("bulk"));

            await folder.GrowAsync("64m");
            Assert.True((await store.Tables.WriteAsync(Bulk(), Token)).Applied);
            Assert.Equal(kept + 1, await store.Tables.Count("bulk"));
        }

        NpgsqlConnection.ClearAllPools();
        await using var end = NpgsqlDataSource.Create(postgres.Server.ConnectionString("postgres"));
        await ExecuteAsync(end, $"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
        await ExecuteAsync(end, "DROP TABLESPACE small");
    }

    private static TableWrite Bulk()
    {
        var noise = new byte[1 << 20];
        Random.Shared.NextBytes(noise);
        return new TableWrite().Add("INSERT INTO bulk VALUES ($1)", noise);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
