using Superpower.Display;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>The words of the filter language.</summary>
internal enum FilterToken
{
    [Token(Description = "a name")]
    Name,

    [Token(Description = "a text in quotes")]
    Text,

    /// <summary>A text when compared with, a name at the start of a condition.</summary>
    [Token(Description = "a text in double quotes")]
    DoubleQuoted,

    [Token(Description = "a name in backticks")]
    BackQuoted,

    [Token(Description = "a number")]
    Number,

    [Token(Description = "a comparison")]
    Comparison,

    [Token(Example = "(")]
    Open,

    [Token(Example = ")")]
    Close,

    [Token(Example = ",")]
    Comma,
}
