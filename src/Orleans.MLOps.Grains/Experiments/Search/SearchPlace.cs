namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Where a row stands in one key of an order.</summary>
/// <param name="Grade">Whether it has a value, NaN or nothing.</param>
/// <param name="Value">A text, a whole number or a number; null unless it has a value.</param>
internal readonly record struct SearchPlace(int Grade, object? Value);
