using GraphQLParser.AST;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>
/// How much a query may ask for: the stock server's figures, counted as a query is answered, with what its fragments stand for. A small text
/// can stand for very much, so nothing is walked further than the figures go.
/// </summary>
internal static class GraphQlLimits
{
    public const int Depth = 10;
    public const int Selections = 1000;
    public const int RootFields = 10;
    public const int Aliases = 10;

    /// <summary>What the query has too much of, in words; null when it may be answered.</summary>
    public static string? Excess(GraphQLDocument document)
    {
        var fragments = new Dictionary<string, GraphQLSelectionSet>(StringComparer.Ordinal);
        var written = 0;
        foreach (var definition in document.Definitions)
        {
            if (definition is not (GraphQLOperationDefinition or GraphQLFragmentDefinition))
            {
                return "Only operations and fragments can be asked.";
            }

            if (definition is GraphQLFragmentDefinition fragment)
            {
                fragments[fragment.FragmentName.Name.StringValue] = fragment.SelectionSet;
            }

            // Fragments that no operation uses are checked, too, before a query is answered, each field against each other.
            written += Written(((IHasSelectionSetNode)definition).SelectionSet);
            if (written > Selections)
            {
                return TooMany("selections", Selections);
            }
        }

        return Excess(document.Definitions.OfType<GraphQLOperationDefinition>(), fragments);
    }

    private static string? Excess(IEnumerable<GraphQLOperationDefinition> operations, Dictionary<string, GraphQLSelectionSet> fragments)
    {
        var (selections, roots) = (0, 0);
        var open = new Stack<(GraphQLSelectionSet Set, int Depth)>(operations.Select(operation => (operation.SelectionSet, 1)));
        while (open.TryPop(out var next))
        {
            if (next.Depth > Depth)
            {
                return TooMany("levels", Depth);
            }

            var aliases = 0;
            var level = new Queue<GraphQLSelectionSet>([next.Set]);
            while (level.TryDequeue(out var set))
            {
                foreach (var selection in set.Selections)
                {
                    if (++selections > Selections)
                    {
                        return TooMany("selections", Selections);
                    }

                    switch (selection)
                    {
                        case GraphQLField field:
                            if (IsIntrospection(field))
                            {
                                return "The schema cannot be asked for here.";
                            }

                            aliases += field.Alias is null ? 0 : 1;
                            roots += next.Depth == 1 ? 1 : 0;
                            if (field.SelectionSet is not null)
                            {
                                open.Push((field.SelectionSet, next.Depth + 1));
                            }

                            break;
                        case GraphQLInlineFragment inline:
                            level.Enqueue(inline.SelectionSet);
                            break;
                        case GraphQLFragmentSpread spread when fragments.TryGetValue(spread.FragmentName.Name.StringValue, out var fragment):
                            level.Enqueue(fragment);
                            break;
                    }
                }
            }

            if (aliases > Aliases)
            {
                return TooMany("aliases on one level", Aliases);
            }
        }

        return roots > RootFields ? TooMany("root fields", RootFields) : null;
    }

    // It grows with every level: types have fields, which have types.
    private static bool IsIntrospection(GraphQLField field) =>
        field.Name.Value.Span.StartsWith("__", StringComparison.Ordinal) && !field.Name.Value.Span.SequenceEqual("__typename");

    private static string TooMany(string what, int most) => $"The query has too many {what}: at most {most} are allowed.";

    // The parser bounds how deep this goes.
    private static int Written(GraphQLSelectionSet? set) => set is null
        ? 0
        : set.Selections.Sum(selection => 1 + Written((selection as IHasSelectionSetNode)?.SelectionSet));
}
