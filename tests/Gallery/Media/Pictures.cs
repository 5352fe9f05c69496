using System.Globalization;
using SkiaSharp;

namespace Gallery;

/// <summary>Draws little pictures: a sky, hills and a castle, different for every seed and the same every time.</summary>
internal static class Pictures
{
    public static byte[] Draw(long seed, int width, int height, SKEncodedImageFormat format, int quality = 85)
    {
        using var bitmap = DrawBitmap(seed, width, height);
        using var image = SKImage.FromBitmap(bitmap);
        using var data = image.Encode(format, quality) ?? throw new InvalidOperationException("No encoder for " + format.ToString());
        return data.ToArray();
    }

    /// <summary>A picture reduced to so many shades of grey-blue, a byte each: for formats without an encoder.</summary>
    public static byte[] DrawIndexed(long seed, int width, int height, int shades)
    {
        using var bitmap = DrawBitmap(seed, width, height);
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var color = bitmap.GetPixel(x, y);
                pixels[y * width + x] = (byte)((color.Red * 3 + color.Green * 6 + color.Blue) / 10 * shades / 256);
            }
        }

        return pixels;
    }

    /// <summary>A drawn size for an image: its proportions, the longer side 96 to 256 pixels.</summary>
    public static (int Width, int Height) SizeFor(CatalogueImage image)
    {
        var longer = 96 + new Dice(image.Id, 3).Next(161);
        var width = Math.Max(1, image.Width ?? 1);
        var height = Math.Max(1, image.Height ?? 1);
        return width >= height
            ? (longer, (int)Math.Clamp((long)longer * height / width, 8, longer))
            : ((int)Math.Clamp((long)longer * width / height, 8, longer), longer);
    }

    private static SKBitmap DrawBitmap(long seed, int width, int height)
    {
        var dice = new Dice(seed, 5);
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        var hue = dice.Next(360);
        using var paint = new SKPaint { IsAntialias = true };
        using (var sky = SKShader.CreateLinearGradient(new SKPoint(0, 0), new SKPoint(0, height), [SKColor.FromHsl(hue, 60, 35), SKColor.FromHsl((hue + 40) % 360, 80, 75)], SKShaderTileMode.Clamp))
        {
            paint.Shader = sky;
            canvas.DrawRect(0, 0, width, height, paint);
        }

        paint.Shader = null;
        paint.Color = SKColor.FromHsl((hue + 60) % 360, 90, 85);
        canvas.DrawCircle(dice.Next(width), height * 0.3f, Math.Max(2, width / (6f + dice.Next(6))), paint);
        for (var layer = 0; layer < 3; layer++)
        {
            paint.Color = SKColor.FromHsl((hue + 120 + layer * 15) % 360, 35, 45 - layer * 12);
            using var hills = new SKPathBuilder();
            var phase = dice.NextDouble() * 6;
            hills.MoveTo(0, height);
            for (var step = 0; step <= 16; step++)
            {
                hills.LineTo(width * step / 16f, (float)(height * (0.62 + layer * 0.1 + 0.08 * Math.Sin(phase + step * (0.4 + layer * 0.2)))));
            }

            hills.LineTo(width, height);
            hills.Close();
            using var outline = hills.Detach();
            canvas.DrawPath(outline, paint);
        }

        paint.Color = SKColor.FromHsl((hue + 200) % 360, 20, 18);
        var towers = 2 + dice.Next(4);
        for (var tower = 0; tower < towers; tower++)
        {
            var towerWidth = width / 14f + dice.Next(Math.Max(1, width / 20));
            var towerHeight = height * (0.2f + dice.Next(30) / 100f);
            var left = width * (0.25f + 0.5f * tower / towers);
            canvas.DrawRect(left, height * 0.85f - towerHeight, towerWidth, towerHeight, paint);
            for (var merlon = 0; merlon < 3; merlon++)
            {
                canvas.DrawRect(left + merlon * towerWidth / 3, height * 0.85f - towerHeight - height * 0.03f, towerWidth / 5, height * 0.03f, paint);
            }
        }

        canvas.Flush();
        return bitmap;
    }

    public static string Describe(long id) => string.Create(CultureInfo.InvariantCulture, $"a castle on a hill, number {id}\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: {MetaTemplate.SeedOf(id)}, Size: 512x512");
}
