using System.Collections.Immutable;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>What the filter language can speak of in one kind of search.</summary>
/// <param name="Subject">What is searched, for messages.</param>
/// <param name="Scopes">The names that it knows.</param>
internal sealed record FilterDialect(string Subject, ImmutableArray<FilterScope> Scopes)
{
    /// <summary>Finds what a name speaks of; a name without a dot has no key.</summary>
    public (FilterScope Scope, FilterName? Name)? Find(string head, string? key)
    {
        foreach (var scope in Scopes)
        {
            if (key is null ? !scope.Bare : !scope.Prefixes.Contains(head))
            {
                continue;
            }

            if (scope.Names.IsEmpty)
            {
                return (scope, null);
            }

            if (scope.Names.FirstOrDefault(name => name.Is(key ?? head)) is { } name)
            {
                return (scope, name);
            }
        }

        return null;
    }

    public string DescribeFilters() => Describe(Scopes.Select(scope => scope with { Names = [.. scope.Names.Where(name => name.Operators != FilterOperator.None)] }));

    public string DescribeOrders() => Describe(Scopes.Where(scope => scope.Orders));

    private static string Describe(IEnumerable<FilterScope> scopes) => string.Join(", ", scopes.Select(scope => scope.Describe()));
}
