namespace Orleans.MLOps.Grains.Platform;

/// <summary>Which texts every engine gives back as they were given.</summary>
internal static class StorableText
{
    /// <summary>Whether a text has neither a NUL nor a lone surrogate, which has no UTF-8 form.</summary>
    public static bool Is(string text) => IndexOfOther(text) < 0;

    /// <summary>Where the first NUL or lone surrogate stands; -1 without one.</summary>
    public static int IndexOfOther(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return i;
                }

                i++;
            }
            else if (text[i] == '\0')
            {
                return i;
            }
        }

        return -1;
    }
}
