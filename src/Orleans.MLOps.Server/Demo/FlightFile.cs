using DuckDB.NET.Data;

namespace Orleans.MLOps.Server.Demo;

/// <summary>Reads the sample data that lie beside the program.</summary>
internal static class FlightFile
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "samples", "flights.parquet");

    /// <summary>All flights in order of departure.</summary>
    public static List<Flight> Read()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT date, delay, distance, origin, destination FROM read_parquet('{Path.Replace("'", "''", StringComparison.Ordinal)}') ORDER BY flight";
        using var reader = command.ExecuteReader();
        var flights = new List<Flight>();
        while (reader.Read())
        {
            flights.Add(new Flight(
                new DateTimeOffset(reader.GetDateTime(0), TimeSpan.Zero),
                reader.GetInt32(1),
                reader.GetInt32(2),
                string.Intern(reader.GetString(3)),
                string.Intern(reader.GetString(4))));
        }

        return flights;
    }
}
