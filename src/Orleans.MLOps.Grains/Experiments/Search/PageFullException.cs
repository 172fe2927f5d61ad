namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Says within a search that what is read would not fit its page; no caller sees it.</summary>
internal sealed class PageFullException : Exception;
