using Superpower.Model;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>A key of an order as it was written.</summary>
internal sealed record ParsedOrder(Token<FilterToken> Name, bool Descending);
