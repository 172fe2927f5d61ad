namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>One key of an order.</summary>
/// <param name="Field">By what.</param>
/// <param name="Descending">Largest first.</param>
internal sealed record FilterOrder(FilterField Field, bool Descending);
