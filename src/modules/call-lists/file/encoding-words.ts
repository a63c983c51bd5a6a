/**
 * Names, places and column names with letters outside of ASCII, as they occur in lists of contacts. Encodings are detected by
 * the pairs of letters in these words, so a new language is added as a line of its own words.
 */
export const wordsByAlphabet = {
  western: `
    Müller Schröder Jürgen Jörg Günther Käthe Bärbel Böhm Köhler Krüger Schäfer Jäger König Möller Größe Straße Strauß Weiß Groß Voß Preuß Gauß
    Köln Düsseldorf München Nürnberg Zürich Österreich Württemberg Übersicht Änderung Ärzte Öztürk Börse Grüße Fuß Saarbrücken Lübeck Göttingen
    Jürg Ülker Özgür Löwe Bäcker Kühn Kröger Höfer Wörner Rühl Hübner Günter Mühlhausen Gießen Meißner Thür Tür Straßenbahn Würzburg Fürth
    René François Françoise Hélène Irène Éric Étienne Émilie Léa Chloé Zoé Noé Noël Joël Gaël Anaïs Loïc Benoît Jérôme Côme Aurélie Valérie André
    Renée Désirée Frédéric Stéphane Stéphanie Mélanie Cédric Gérard Grégoire Hervé Téléphone Prénom Société Université Orléans Besançon Nîmes Alençon
    Forêt Château Hôpital Hôtel Île Marché Liège Père Mère Frère Ève Geneviève Hervé Sœur Cœur Bœuf Crête Angoulême Où Août Théâtre Thérèse Desprès
    José María Martín García González Rodríguez Hernández Gómez López Pérez Sánchez Ramírez Muñoz Núñez Peña Ibáñez Íñigo Ángel Álvarez Óscar Úrsula
    Jesús Raúl Andrés Sebastián Germán Julián Adrián Iván Rubén Begoña Iñaki España Niño Mañana Teléfono Móvil Dirección Compañía Málaga Cádiz León Bogotá
    Medellín México Querétaro Cancún Córdoba Avilés Logroño Coruña Ávila Jaén Ríos Díaz Suárez Vázquez Fernández Jiménez Gutiérrez Domínguez Agüero Güell
    João São Conceição Assunção Gonçalves Magalhães Guimarães Simões Leões Irmão Antônio Luís Inês Luísa Mário Cláudia Sérgio Fábio Flávio Patrícia Júlia Lúcia
    Endereço Telefônico Araújo Brandão Falcão Leitão Galvão Fundão Maranhão Goiânia Belém Brasília Florianópolis Macapá Avô Avó Você Três Português Mônica Mãe
    Niccolò Nicolò Noè Giosuè Mosè Cuccìa Riccò Città Università Società Perché Però Caffè Mercè Cantù Forlì Lucà Salò Corrò Libertà Viganò Tradì Zappalà
    Bjørn Jørgen Søren Sørensen Jørgensen Kjær Nørgaard Østergaard Møller Århus Ålborg Åse Åge Pål Håkon Håvard Bråten Lindås Tromsø Bodø Ærø Rødovre Kærgård
    Björk Åström Sjöberg Nyström Malmö Göteborg Västerås Örebro Ängelholm Åsa Göran Sören Märta Mäkinen Hämäläinen Nieminen Järvinen Virtanen Pöyhönen Jyväskylä
    Þór Guðrún Sigurðsson Jónsdóttir Ragnheiður Reykjavík Garðabær Ásgeir Örn Óðinn Siân Zoë Citroën Daniël Michiel Noëlle Curaçao Coëlho Brontë`,
  central: `
    Łukasz Michał Paweł Rafał Władysław Stanisław Wałęsa Bogusław Łódź Wrocław Białystok Gdańsk Poznań Kraków Toruń Częstochowa Świętokrzyskie Śląsk Żywiec Źródło
    Zając Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Krawczyk Piotrowski Wiśniewski Wiśniewska Jaśkiewicz Leśniak Kościuszko Grabowski Pawłowski Wieczorek Jabłoński Wróbel
    Małgorzata Agnieszka Grażyna Józef Żaneta Bożena Elżbieta Błażej Ścibor Ćwik Gęsia Książek Gołąb Świątek Przybył Półtorak Kędzierski Żółty Imię Ulica Województwo Spółka Łąka
    Jiří Ondřej Lukáš Tomáš Matěj Zdeněk Luděk Dvořák Novák Černý Růžička Kučera Veselý Procházka Němec Pokorný Hájek Jelínek Král Růžena Božena Věra Květa Kateřina Markéta Řehoř
    Příbram Plzeň Brno Děčín Třebíč Žďár Zlín Hradec Králové Jméno Příjmení Město Ulička Číslo Šárka Štěpán Čapek Říha Přemysl Břeclav Ústí Ostřava Třinec Holešov Dušek Bartoň Bareň Plocoň Nováková Dvořáková
    Ľubomír Ľudmila Ďurica Ťažký Žilina Košice Prešov Štúr Jánošík Kováč Horváth Varga Tóth Nagy Molnár Balogh Farkas Ján Dušan Ľuboš Peťo Vĺčko Šťastný Žofia Anežka Bieľ
    Gergő Győr Győző Gyöngyi Ödön Őri Űrhajós Szűcs Erdős Tőke Ernő Jenő Rezső Hódmezővásárhely Kőbánya Székesfehérvár Pécs Sándor László Zoltán Ágnes Éva Ilonka Gábor Kis Lőrinc
    Ferenc Mátyás Fülöp Szőke Vörös Fekete Fehér Török Kőszegi Dezső Csaba Írisz Zsófia Béla Géza Dániel Ádám Máté Levente Őze Fűzfő Szűts Bölöni Tűzoltó Gyűjtő Név Utónév Telefonszám
    Ștefan Ştefan Ţăran Ţepeş Bucureşti Iaşi Timişoara Constanţa Braşov Mureş Ploieşti Piteşti Galaţi Călin Cătălin Mădălina Răzvan Vlăduţ Ionuţ Păun Brătianu Rădulescu Dumitraşcu Nicuşor Brâncuşi
    Bălan Năstase Târgu Jiu Sânziana Câmpina Mihăiţă Ţurcanu Şerban Gheorghiţă Botoşani Nume Adresă Oraş Strada Ioniţă Pătraşcu Lăcătuş
    Željko Đorđe Đurić Đoković Jovanović Petrović Nikolić Marković Ivanović Šimić Čović Ćosić Žarko Miloš Dušanka Nataša Saša Siniša Krešimir Hrvoje Kovačević Babić Jurić Horvat
    Čakovec Šibenik Požega Varaždin Niš Čačak Užice Škoda Žagar Zupančič Kočevje Kranjčar Krčmar Škrlj Tomaž Aleš Matjaž Primož Urška Špela Štefan Janež Poštanski Mjesto Škufca Smiljanić Matić Božić`,
  turkish: `
    Ayşe Şükrü Şahin Yılmaz Yıldız Yıldırım Doğan Erdoğan Özdoğan Çağlar Çağrı Ağaoğlu Davutoğlu Kılıçdaroğlu Mehmetoğlu Oğuz Uğur Tuğba Tuğrul İbrahim İsmail İlker İrem İpek İstanbul İzmir
    Gülşen Nurşen Coşkun Taşkın Aşkın Işık Işıl Ilgaz Kılıç Çelik Öztürk Güneş Güler Gümüş Özgür Ömer Ümit Ülkü Çiğdem Beşiktaş Kadıköy Üsküdar Eskişehir Diyarbakır Muğla Ağrı Iğdır Niğde Şanlıurfa Kırşehir
    Aydın Yalçın Altın Kaçmaz Aslıhan Sıla Pınar Tarık Fatih Burçin Gökçe Gökhan Bülent Müge Şebnem Şule Işın Arıkan Bakır Balcı Bağcı Sağlam Dağ Koç Bıçakçı Kızıl Sarı Soyadı Adı Müşteri Şehir Cadde Mahallesi
    Alıcı Satış Çalışkan Başaran Baştürk Karataş Demirtaş Güngör Bayındır Sakıp Nazım Cansın Haşim Hıdır Ertuğrul Özgül Kağan Çınar Eğitim Sağlık Kayıt Yakın Ekşi Aksoy Yaşar Keleş Tatlıses Akyıldız`,
  cyrillic: `
    Анна Пётр Иван Мария Ольга Сергей Александр Александра Дмитрий Наталья Татьяна Елена Екатерина Юлия Алексей Андрей Владимир Николай Михаил Евгений Светлана Людмила Ирина Галина Валентина
    Иванов Иванова Смирнов Кузнецов Попов Васильев Петров Петрова Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров
    Ольга Борис Григорий Фёдор Эльвира Эдуард Жанна Зоя Яна Щербаков Шишкин Цветаева Чайковский Хабаров Подъячев Ющенко Йошкар Тимур Рустам Рафаэль Айгуль Гульнара Марат Ильдар Артём Семён Никита
    Москва Петербург Новосибирск Екатеринбург Нижний Новгород Казань Челябинск Омск Самара Ростов Уфа Красноярск Пермь Орёл Воронеж Волгоград Краснодар Саратов Тюмень Тольятти Ижевск Барнаул Ульяновск Иркутск
    Имя Фамилия Отчество Телефон Номер Город Адрес Клиент Контакт Компания Почта Дата Комментарий Улица Дом Квартира Область Заметка Мобильный Рабочий Договор Сумма Приоритет младший старший ООО ОАО ИП общество
    Олександр Андрій Сергій Дмитро Микола Михайло Ганна Олена Наталія Юрій Василь Віктор Шевченко Коваленко Бондаренко Ткаченко Кравченко Олійник Шевчук Поліщук Київ Харків Одеса Дніпро Львів Запоріжжя Вінниця Їжакевич Євген
    Ґалаґан Прізвище Місто Беларусь Мінск Янка Купала Брэст Віцебск Ўладзімір Аляксандр Қазақстан Алматы Нұрсұлтан Айбек Бекзат Ерлан Асель Данияр Айдар Стефан Георги Димитър Тодор Петя Йордан София Пловдив Варна Бургас`,
} as const

export type Alphabet = keyof typeof wordsByAlphabet
