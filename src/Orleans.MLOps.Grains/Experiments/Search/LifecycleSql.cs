using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Which lifecycles a search looks at, as SQL.</summary>
internal static class LifecycleSql
{
    /// <param name="view">The view.</param>
    /// <param name="columns">The lifecycles of a row and of those that it belongs to; it is deleted when any of them is.</param>
    public static IEnumerable<string> Of(LifecycleView view, params string[] columns) => view switch
    {
        LifecycleView.ActiveOnly => columns.Select(column => $"{column} = '{nameof(Lifecycle.Active)}'"),
        LifecycleView.DeletedOnly => [$"({string.Join(" OR ", columns.Select(column => $"{column} <> '{nameof(Lifecycle.Active)}'"))})"],
        _ => [],
    };

    public static void Check(LifecycleView view)
    {
        if (!Enum.IsDefined(view))
        {
            throw new InvalidInputException($"view {(int)view} is not known: {string.Join(", ", Enum.GetNames<LifecycleView>())} are.", "view");
        }
    }
}
