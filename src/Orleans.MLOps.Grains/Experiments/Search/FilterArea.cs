namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>What a name of a filter speaks of.</summary>
internal enum FilterArea
{
    Attribute,
    Metric,
    Param,
    Tag,
    Dataset,
}
