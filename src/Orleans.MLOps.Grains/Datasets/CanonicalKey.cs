namespace Orleans.MLOps.Grains.Datasets;

/// <summary>One entity has one key: other spellings of it would be other grains.</summary>
internal static class CanonicalKey
{
    /// <exception cref="InvalidInputException">The key is spelled differently.</exception>
    public static void Require(string given, string canonical)
    {
        if (given != canonical)
        {
            throw new InvalidInputException($"The key '{given}' is spelled wrong; it is '{canonical}'.", "key");
        }
    }
}
