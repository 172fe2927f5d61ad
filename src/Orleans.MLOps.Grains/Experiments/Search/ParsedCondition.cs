using System.Collections.Immutable;
using Superpower.Model;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>A condition as it was written.</summary>
internal sealed record ParsedCondition(Token<FilterToken> Name, FilterOperator Operator, ImmutableArray<Token<FilterToken>> Values);
