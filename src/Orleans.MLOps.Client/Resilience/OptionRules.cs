namespace Orleans.MLOps.Client.Resilience;

/// <summary>Checks the ranges of options; a refusal names option, value and rule.</summary>
internal sealed class OptionRules(string owner)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest time that any option takes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>More than nothing and at most a day.</summary>
    public void Positive(string option, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > Longest)
        {
            throw Wrong(option, value, "more than 0 and at most 1 day are allowed");
        }
    }

    /// <summary>At least as long as another option, not under 10 milliseconds and at most a day.</summary>
    public void AtLeast(string option, TimeSpan value, string otherOption, TimeSpan other)
    {
        if (value < other || value < Shortest || value > Longest)
        {
            throw Wrong(option, value, $"at least {otherOption} ({other}), not under 10 milliseconds, and at most 1 day are allowed");
        }
    }

    /// <summary>Between two bounds, both allowed.</summary>
    public void Between<T>(string option, T value, T least, T most)
        where T : IComparable<T>
    {
        // Asked this way round, a value that is no number is refused too.
        if (!(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0))
        {
            throw Wrong(option, value, $"{least} to {most} are allowed");
        }
    }

    /// <summary>The refusal of a value.</summary>
    public InvalidInputException Wrong(string option, object? value, string rule) => new($"{owner}.{option} is '{value}': {rule}.", option);
}
