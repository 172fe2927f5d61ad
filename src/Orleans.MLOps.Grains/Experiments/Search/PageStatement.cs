using System.Data.Common;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>The statement of one page and how its rows are read.</summary>
/// <typeparam name="T">What a row becomes.</typeparam>
internal sealed class PageStatement<T>
{
    /// <summary>Asks for one row more than the page may hold; grades and values of the order stand last.</summary>
    public required string Sql { get; init; }

    public required object?[] Parameters { get; init; }

    public required Func<DbDataReader, T> Read { get; init; }

    /// <summary>How long a row is (<see cref="PageBytes"/>).</summary>
    public required Func<T, long> Bytes { get; init; }

    public required SearchOrder Order { get; init; }

    public required int Limit { get; init; }

    /// <summary>The token that continues behind a place.</summary>
    public required Func<SearchPlace[], string> Token { get; init; }
}
