// Cuts samples/data/flights.parquet from vega-datasets' flights-3m.parquet; README.md beside it tells how to run it.
// Its own version of DuckDB, not the solution's: the writer's version stands inside the file, so it decides the bytes.
#:package DuckDB.NET.Data.Full@1.5.6.1
#:property ManagePackageVersionsCentrally=false
#:property PublishAot=false
#:property EnforceCodeStyleInBuild=false

using System.Globalization;
using System.Security.Cryptography;
using DuckDB.NET.Data;

const string SourceDigest = "dbeb920c90f59b6ccaff823dcc3d08f25a97fa1ce128d93f40be4e931f5900b0";
const string CutDigest = "d89fa74bd9371b4a9f0e5475fffa02210cf5ca84fb1f19d7b18436b84fb955d9";

if (args is not [var source, var output])
{
    Console.Error.WriteLine("usage: dotnet run samples/data/cut-flights.cs -- PATH_TO_flights-3m.parquet OUTPUT");
    return 2;
}

try
{
    Require("SHA-256 of the source", Digest(source), SourceDigest);

    using var connection = new DuckDBConnection("DataSource=:memory:");
    connection.Open();

    // One thread and kept order: the same rows always fall into the same row groups.
    Execute("SET threads = 1");
    Execute("SET preserve_insertion_order = true");
    Execute($"CREATE VIEW source AS SELECT * FROM read_parquet('{Quoted(source)}')");

    RequireCount("rows of the source", "SELECT count(*) FROM source", 3_000_000);
    RequireCount("  repeated rows", "SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM source)) FROM source", 191);
    RequireCount("  delays below -90 minutes", "SELECT count(*) FROM source WHERE delay < -90", 3);

    Execute("CREATE TABLE chosen AS SELECT * FROM source WHERE origin IN ('ORD', 'DFW', 'STL')");
    RequireCount("departures in the hour that the clocks skipped",
        "SELECT count(*) FROM chosen WHERE date >= TIMESTAMP '2001-04-01 02:00:00' AND date < TIMESTAMP '2001-04-01 03:00:00'", 0);
    RequireCount("rows with a missing value",
        "SELECT count(*) FROM chosen WHERE date IS NULL OR delay IS NULL OR distance IS NULL OR origin IS NULL OR destination IS NULL", 0);

    // Rows that tie in every column are equal, so the order is total and the ordinals never move.
    Execute("""
        CREATE TABLE flights AS
        SELECT row_number() OVER (ORDER BY date, origin, destination, distance, delay) AS flight, *
        FROM (
            SELECT date + CASE WHEN date < TIMESTAMP '2001-04-01 02:00:00' THEN INTERVAL 6 HOUR ELSE INTERVAL 5 HOUR END AS date,
                   delay::INTEGER AS delay, distance::INTEGER AS distance, origin, destination
            FROM chosen)
        ORDER BY flight
        """);

    RequireCount("flights", "SELECT count(*) FROM flights", 404_402);
    RequireCount("  out of ORD", "SELECT count(*) FROM flights WHERE origin = 'ORD'", 166_341);
    RequireCount("  out of DFW", "SELECT count(*) FROM flights WHERE origin = 'DFW'", 157_162);
    RequireCount("  out of STL", "SELECT count(*) FROM flights WHERE origin = 'STL'", 80_899);
    RequireCount("  repeated rows, not counting the ordinal",
        "SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT date, delay, distance, origin, destination FROM flights)) FROM flights", 35);
    RequireCount("  delays below -90 minutes", "SELECT count(*) FROM flights WHERE delay < -90", 0);
    RequireCount("  more than 15 minutes late", "SELECT count(*) FROM flights WHERE delay > 15", 90_977);
    RequireCount("  destinations", "SELECT count(DISTINCT destination) FROM flights", 154);
    Require("  first departure (UTC)", Scalar("SELECT strftime(min(date), '%Y-%m-%d %H:%M') FROM flights"), "2001-01-01 06:04");
    Require("  last departure (UTC)", Scalar("SELECT strftime(max(date), '%Y-%m-%d %H:%M') FROM flights"), "2001-07-01 05:00");

    Execute($"""
        COPY (SELECT * FROM flights ORDER BY flight) TO '{Quoted(output)}'
        (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, PARQUET_VERSION v1, ROW_GROUP_SIZE 122880)
        """);
    RequireCount("flights read back", $"SELECT count(*) FROM (SELECT * FROM read_parquet('{Quoted(output)}') INTERSECT SELECT * FROM flights)", 404_402);

    Require("SHA-256 of the cut", Digest(output), CutDigest);
    Console.WriteLine($"wrote {output}, {new FileInfo(output).Length:N0} bytes");
    return 0;

    void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    string Scalar(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }

    void RequireCount(string fact, string sql, long expected) =>
        Require(fact, Scalar(sql), expected.ToString(CultureInfo.InvariantCulture));
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or DuckDBException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static void Require(string fact, string found, string expected)
{
    if (found != expected)
        throw new InvalidDataException($"{fact.Trim()}: found {found}, expected {expected}. Is it flights-3m.parquet of vega-datasets 3.2.1?");
    Console.WriteLine($"{fact}: {found}");
}

static string Digest(string path)
{
    using var stream = File.OpenRead(path);
    return Convert.ToHexStringLower(SHA256.HashData(stream));
}

static string Quoted(string path) => path.Replace("'", "''", StringComparison.Ordinal);
