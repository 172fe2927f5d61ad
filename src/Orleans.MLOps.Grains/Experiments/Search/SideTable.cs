namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>A table of keys and values beside the one that is searched.</summary>
/// <param name="Name">The table.</param>
/// <param name="On">What joins it, with <c>{0}</c> for its alias.</param>
internal sealed record SideTable(string Name, string On)
{
    public string JoinedAs(string alias) => On.Replace("{0}", alias, StringComparison.Ordinal);
}
