namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>What a condition compares or a search is ordered by.</summary>
/// <param name="Area">What it speaks of.</param>
/// <param name="Name">The attribute, by the name that the dialect lists first, or the key.</param>
/// <param name="IsNumber">Whether it is a number; otherwise a text.</param>
internal sealed record FilterField(FilterArea Area, string Name, bool IsNumber);
